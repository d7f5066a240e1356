using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Membership;

/// <summary>Runs the silo's host, and a new one in the same process whenever the cluster has given the current one up.</summary>
/// <param name="fence">Cuts the current host off from the membership table; see <see cref="ClusterMembership.FenceHost"/>.</param>
internal sealed class SiloHostLoop(HostRebuilds rebuilds, Action fence, TimeProvider clock, ILogger<SiloHostLoop> log)
{
    /// <summary>The cluster has given the old silo up already: nobody waits for it to leave politely.</summary>
    private static readonly TimeSpan StopPolitely = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan GoodBye = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan StopAtAll = TimeSpan.FromSeconds(8);

    /// <summary>Runs until a host ends by itself or <paramref name="cancellation"/> asks for the end; then the last host is stopped in order.</summary>
    /// <param name="build">Makes a host that is not started yet.</param>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.StartAgain"/> after too many rebuilds.</returns>
    public async Task<int> RunAsync(Func<IHost> build, CancellationToken cancellation)
    {
        while (true)
        {
            var host = build();
            if (!await RunUntilGivenUpAsync(host, cancellation))
            {
                // A silo says good-bye in the table; when no master answers any more, it must not wait for one.
                using var late = new CancellationTokenSource(GoodBye, clock);
                await using var cut = late.Token.Register(fence);
                await StopAsync(() => host.StopAsync(CancellationToken.None));
                await DisposeAsync(host);
                return ExitCode.Done;
            }

            fence();
            await TakeDownAsync(host);
            if (!rebuilds.TryBegin())
            {
                return ExitCode.StartAgain;
            }
        }
    }

    /// <returns>False: the host ended, or must end, for good.</returns>
    private async Task<bool> RunUntilGivenUpAsync(IHost host, CancellationToken cancellation)
    {
        var wanted = rebuilds.Wanted;
        try
        {
            // A silo waits for a master while it starts; its end, or its replacement, must not wait with it.
            var starting = host.StartAsync(cancellation);
            if (await Task.WhenAny(starting, wanted).WaitAsync(cancellation) == wanted)
            {
                return true;
            }

            await starting;
        }
        catch (Exception) when (wanted.IsCompleted || cancellation.IsCancellationRequested)
        {
            return !cancellation.IsCancellationRequested;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ownEnd = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => stopping.TrySetResult());
        using var givenEnd = cancellation.Register(() => stopping.TrySetResult());
        return await Task.WhenAny(stopping.Task, wanted) == wanted;
    }

    private async Task TakeDownAsync(IHost host)
    {
        using var limit = new CancellationTokenSource(StopPolitely, clock);
        await StopAsync(() => host.StopAsync(limit.Token).WaitAsync(StopAtAll, clock));
        await DisposeAsync(host);
    }

    /// <summary>A silo that is dead to the cluster, or had not finished starting, may fail in any way when it leaves.</summary>
    private async Task StopAsync(Func<Task> stop)
    {
        try
        {
            await stop();
        }
        catch (Exception error)
        {
            log.StopFailed(error.Message);
        }
    }

    private async Task DisposeAsync(IHost host)
    {
        try
        {
            await (host is IAsyncDisposable disposable ? disposable.DisposeAsync().AsTask() : Task.Run(host.Dispose)).WaitAsync(StopAtAll, clock);
        }
        catch (Exception error)
        {
            log.StopFailed(error.Message);
        }
    }
}
