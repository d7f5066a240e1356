using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

internal sealed partial class PoolSession
{
    /// <summary>Passes on the jobs of this pool, and of the first one once that answers. Returns the pool whose connection ended, and why.</summary>
    private async Task<(ActivePool Pool, Exception Reason)> ServeAsync(ActivePool active, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await ActivateAsync(active, cancellation);
            }
            catch
            {
                await active.Connection.DisposeAsync();
                throw;
            }

            using var stopTrying = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var takeOver = TakeOverAsync(active, stopTrying.Token);
            using var stopPumping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var pump = PumpAsync(active, stopPumping.Token);
            if (await Task.WhenAny(pump, takeOver) == takeOver && await takeOver is var (first, wanted))
            {
                await stopPumping.CancelAsync();
                await pump;
                LogTakeOver(first.Endpoint.Url.Authority, wanted);
                _ = RetireAsync(active, cancellation);
                lock (_gate)
                {
                    _rotation.BackToFirst();
                }

                active = first;
                continue;
            }

            try
            {
                var reason = await pump;
                cancellation.ThrowIfCancellationRequested();
                return (active, reason!);
            }
            finally
            {
                await DeactivateAsync(active);
                await stopTrying.CancelAsync();
                if (await takeOver is var (unused, _))
                {
                    await unused.Connection.DisposeAsync();
                }
            }
        }
    }

    private async Task ActivateAsync(ActivePool active, CancellationToken cancellation)
    {
        var peer = active.Connection.Peer;
        log.UsePool(active.Endpoint.Url.Authority, string.Concat(new[] { peer.Tls, peer.Ip }.OfType<string>().Select(part => $" {part}")));
        await PublishAsync(active.FirstJob, active, cancellation);
        lock (_gate)
        {
            (_active, _state) = (active, PoolState.Connected);
            _nextPool.SetResult(active);
            _nextPool = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task DeactivateAsync(ActivePool active)
    {
        lock (_gate)
        {
            (_active, _state) = (null, PoolState.Waiting);
        }

        await active.Connection.DisposeAsync();
    }

    /// <summary>Returns why the connection ended; null when told to stop.</summary>
    private async Task<Exception?> PumpAsync(ActivePool active, CancellationToken stop)
    {
        while (true)
        {
            PoolJob job;
            try
            {
                job = await ReadJobAsync(active.Connection, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception reason)
            {
                return reason;
            }

            await PublishAsync(job, active, CancellationToken.None);
        }
    }

    /// <summary>The newest job that is waiting. Throws what ended the connection.</summary>
    private static async Task<PoolJob> ReadJobAsync(IPoolConnection connection, CancellationToken cancellation)
    {
        while (await connection.Jobs.WaitToReadAsync(cancellation))
        {
            PoolJob? newest = null;
            while (connection.Jobs.TryRead(out var job))
            {
                newest = job;
            }

            if (newest is not null)
            {
                return newest;
            }
        }

        throw new IOException("the connection ended");
    }

    /// <summary>Ends a connection that another took the place of, when it has answered what was sent over it. It ends by its own limits should it never do so.</summary>
    private async Task RetireAsync(ActivePool left, CancellationToken cancellation)
    {
        try
        {
            do
            {
                await Task.Delay(RetireAfter, clock, cancellation);
            }
            while (left.OwesAnswers);
        }
        catch (OperationCanceledException)
        {
            // The session ends; nothing is left to wait for.
        }

        await left.Connection.DisposeAsync();
    }

    private async Task PublishAsync(PoolJob job, ActivePool pool, CancellationToken cancellation)
    {
        await _publishing.WaitAsync(cancellation);
        try
        {
            lock (_gate)
            {
                _jobs.Add(job, pool);
            }

            log.NewJob(job.Pool, Invariant(job.Target), job.Algorithm.WireName(), job.Height is { } height ? $" height {height}" : "");
            await PassOnAsync(job, job.Pool);
        }
        finally
        {
            _publishing.Release();
        }
    }

    private async Task StopMiningAsync(CancellationToken stopped)
    {
        await _publishing.WaitAsync(stopped);
        try
        {
            if (!stopped.IsCancellationRequested)
            {
                log.StopMining();
                await PassOnAsync(null, "");
            }
        }
        finally
        {
            _publishing.Release();
        }
    }

    /// <summary>A cluster that cannot take this job may take the next one; the connection is worth keeping.</summary>
    private async Task PassOnAsync(PoolJob? job, string pool)
    {
        try
        {
            await onJob(job);
        }
        catch (Exception failure)
        {
            log.JobNotPassedOn(failure, pool);
        }
    }
}
