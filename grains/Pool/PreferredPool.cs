using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>Tries the pool that should serve while another does, because it answers again or the pools were changed.</summary>
internal sealed class PreferredPool(PoolChoice choice, PoolLogin login, PoolOptions options, TimeProvider clock, ILogger log)
{
    /// <summary>
    /// The first pool of the list, as soon as that is another than the active one and serves a job; and whether it was wanted rather than awaited. Null when
    /// cancelled, and when the active one is removed, whose connection ends here.
    /// </summary>
    public async Task<(ActivePool Pool, bool Wanted)?> AwaitAsync(ActivePool active, CancellationToken cancellation)
    {
        var pause = options.FailBackInterval;
        var wanted = false;
        while (!cancellation.IsCancellationRequested)
        {
            var (first, isListed, change) = choice.Look(active.Endpoint);
            if (!isListed)
            {
                await active.Connection.DisposeAsync();
                return null;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(change, cancellation);
            try
            {
                await Task.Delay(IsSame(active.Endpoint, first) ? Timeout.InfiniteTimeSpan : pause, clock, either.Token);
                return (await login.OpenAsync(first, either.Token), wanted);
            }
            catch (Exception) when (either.IsCancellationRequested)
            {
                // At once: the person who changed the pools waits for it.
                (pause, wanted) = (TimeSpan.Zero, true);
            }
            catch (Exception failure)
            {
                log.FailBackError(first.Url.Authority, PoolText.Clean(PoolText.Reason(failure), first.Entry));
                pause = options.FailBackInterval;
            }
        }

        return null;
    }

    private static bool IsSame(PoolEndpoint endpoint, PoolEndpoint other)
        => ReferenceEquals(endpoint.Entry, other.Entry) && endpoint.Algorithms.SequenceEqual(other.Algorithms);
}
