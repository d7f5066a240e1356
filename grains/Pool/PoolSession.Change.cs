using Microsoft.Extensions.Logging;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>How the session goes from one pool to another that is preferred to it, because that answers again or the pools were changed.</summary>
internal sealed partial class PoolSession
{
    /// <summary>
    /// Replaces the pools. The present connection serves until the first of the new list has sent a job, and goes on taking shares for a while after that; when
    /// its pool is not in the list it ends at once, and its shares go out again if their job comes back.
    /// </summary>
    /// <param name="endpoints">In order of preference, one or more. A pool that stays is known by its <see cref="PoolEndpoint.Entry"/>.</param>
    public void SetPools(IReadOnlyList<PoolEndpoint> endpoints)
    {
        ArgumentOutOfRangeException.ThrowIfZero(endpoints.Count, nameof(endpoints));
        CancellationTokenSource change;
        lock (_gate)
        {
            _endpoints = endpoints;
            _rotation = new(endpoints.Count, options, random);
            (change, _change) = (_change, new());
        }

        _ = change.CancelAsync();
    }

    /// <summary>
    /// The first pool of the list, as soon as that is another than the active one and serves a job; and whether it was wanted rather than awaited. Null when
    /// cancelled, and when the active one is removed, whose connection ends here.
    /// </summary>
    private async Task<(ActivePool Pool, bool Wanted)?> TakeOverAsync(ActivePool active, CancellationToken cancellation)
    {
        var pause = options.FailBackInterval;
        var wanted = false;
        while (!cancellation.IsCancellationRequested)
        {
            PoolEndpoint first;
            CancellationToken change;
            bool removed;
            lock (_gate)
            {
                (first, change, removed) = (_endpoints[0], _change.Token, !IsListed(active.Endpoint));
            }

            if (removed)
            {
                await active.Connection.DisposeAsync();
                return null;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(change, cancellation);
            try
            {
                await Task.Delay(IsSame(active.Endpoint, first) ? Timeout.InfiniteTimeSpan : pause, clock, either.Token);
                return (await OpenAsync(first, either.Token), wanted);
            }
            catch (Exception) when (either.IsCancellationRequested)
            {
                // At once: whoever changed the pools waits for it.
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

    private void LogTakeOver(string pool, bool wanted)
    {
        if (wanted)
        {
            log.Switched(pool);
        }
        else
        {
            log.FailBack(pool);
        }
    }

    // Under the gate. The URL may be that of a redirection.
    private bool IsListed(PoolEndpoint endpoint) => _endpoints.Any(listed => ReferenceEquals(listed.Entry, endpoint.Entry));

    private static bool IsSame(PoolEndpoint endpoint, PoolEndpoint other)
        => ReferenceEquals(endpoint.Entry, other.Entry) && endpoint.Algorithms.SequenceEqual(other.Algorithms);
}
