using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>
/// Keeps one pool serving jobs: connects, falls over to later pools and back to the first, and hands shares in. <see cref="RunAsync"/> runs
/// once, and again if there was no pool; the other members may be called from any thread at any time.
/// </summary>
internal sealed class PoolSession
{
    /// <summary>How long the connection left behind by a fail-back still takes shares of its jobs.</summary>
    private static readonly TimeSpan RetireAfter = TimeSpan.FromSeconds(10);

    private readonly PoolOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly PoolStatistics _statistics = new();
    private readonly ServingPool _serving = new();
    private readonly PoolChoice _choice;
    private readonly JobPublisher _jobs;
    private readonly PoolLogin _login;
    private readonly PreferredPool _preferred;
    private readonly ShareSubmitter _shares;

    /// <param name="endpoints">In order of preference; <see cref="SetPools"/> changes them.</param>
    /// <param name="onJob">Called with one job at a time, null when there is no work until further notice. What it throws is logged.</param>
    public PoolSession(
        PoolOptions options, IReadOnlyList<PoolEndpoint> endpoints, IEnumerable<IPoolConnector> connectors,
        Func<PoolJob?, ValueTask> onJob, TimeProvider clock, Random random,
        ILogger log)
    {
        (_options, _clock, _log) = (options, clock, log);
        _choice = new(endpoints, options, random);
        _jobs = new(onJob, log);
        _login = new(connectors, _statistics, clock);
        _preferred = new(_choice, _login, options, clock, log);
        _shares = new(_jobs, _serving, _statistics, clock, log);
    }

    public PoolStatus GetStatus()
    {
        var (state, active) = _serving.Now;
        var pool = (active?.Endpoint ?? _choice.Current)?.Url.Authority;
        var uptime = active is null ? TimeSpan.Zero : _clock.GetElapsedTime(active.Since);
        return _statistics.Snapshot(state, pool, active?.Connection.Peer, uptime, _jobs.Current);
    }

    /// <summary>
    /// Replaces the pools. The current connection serves until the first pool of the new list has sent a job, and accepts shares for a
    /// while after that; if its pool is not in the list, it ends at once, and its shares go out again if their job comes back.
    /// </summary>
    /// <param name="endpoints">
    /// In order of preference, one or more. A pool that stays is recognised by its <see cref="PoolEndpoint.Entry"/>.
    /// </param>
    public void SetPools(IReadOnlyList<PoolEndpoint> endpoints) => _choice.Set(endpoints);

    /// <inheritdoc cref="ShareSubmitter.SubmitAsync"/>
    public Task<ShareOutcome> SubmitAsync(VerifiedShare share, CancellationToken cancellation) => _shares.SubmitAsync(share, cancellation);

    /// <summary>Serves jobs until cancelled; returns at once when no pool is configured. Connections fail without ending it.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (_choice.Current is null)
        {
            _log.NoPool();
            return;
        }

        using var grace = new OfflineGrace(_options.OfflineGrace, _clock, _jobs.StopMiningAsync);
        PoolUrl? redirect = null;
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                var pause = await ConnectAndServeAsync(redirect, grace, cancellation);
                redirect = pause.Redirect;
                if (pause.Length > TimeSpan.Zero)
                {
                    _serving.Set(PoolState.Waiting);
                    await PauseAsync(pause.Length, pause.Change, cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The way a session ends.
        }
        finally
        {
            _serving.Close();
        }
    }

    /// <summary>Waits for the given time, or until the pools change.</summary>
    private async Task PauseAsync(TimeSpan length, CancellationToken change, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(change, cancellation);
        try
        {
            await Task.Delay(length, _clock, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The pools have changed.
        }
    }

    private async Task<PoolPause> ConnectAndServeAsync(PoolUrl? redirect, OfflineGrace grace, CancellationToken cancellation)
    {
        _serving.Set(PoolState.Connecting);
        var attempt = _choice.Next(redirect);
        ActivePool active;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Change, cancellation);
        try
        {
            active = await _login.OpenAsync(attempt.Endpoint, either.Token);
        }
        catch (Exception) when (attempt.Change.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return default;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            Report(attempt.Endpoint, failure, connected: false);
            return _choice.Failed(attempt, failure);
        }

        grace.Stop();
        var (ended, reason) = await ServeAsync(active, cancellation);
        grace.Start(worthless: ShareRematch.IsBoundToConnection(ended.FirstJob));
        if (!_choice.Look(ended.Endpoint).IsListed)
        {
            _log.PoolRemoved(ended.Endpoint.Url.Authority);
            return default;
        }

        Report(ended.Endpoint, reason, connected: true);
        return _clock.GetElapsedTime(ended.Since) < _options.LongestPause || reason is PoolRedirectException
            ? _choice.Failed(attempt, reason) : _choice.Served(attempt);
    }

    private void Report(PoolEndpoint endpoint, Exception reason, bool connected)
    {
        if (reason is PoolRedirectException redirect)
        {
            _log.RedirectFollowed(endpoint.Url.Authority, redirect.Target.Authority);
            return;
        }

        var text = PoolText.Clean(PoolText.Reason(reason), endpoint.Entry);
        _statistics.ConnectionFailed(text);
        if (connected)
        {
            _log.ConnectionLost(endpoint.Url.Authority, text);
        }
        else
        {
            _log.ConnectError(endpoint.Url.Authority, text);
        }
    }

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
            var takeOver = _preferred.AwaitAsync(active, stopTrying.Token);
            using var stopPumping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var pump = PumpAsync(active, stopPumping.Token);
            if (await Task.WhenAny(pump, takeOver) == takeOver && await takeOver is var (first, wanted))
            {
                await stopPumping.CancelAsync();
                await pump;
                LogTakeOver(first.Endpoint.Url.Authority, wanted);
                _ = RetireAsync(active, cancellation);
                _choice.BackToFirst();
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
                _serving.End();
                await active.Connection.DisposeAsync();
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
        _log.UsePool(active.Endpoint.Url.Authority, string.Concat(new[] { peer.Tls, peer.Ip }.OfType<string>().Select(part => $" {part}")));
        await _jobs.PublishAsync(active.FirstJob, active, cancellation);
        _serving.Begin(active);
    }

    /// <summary>Returns why the connection ended; null when told to stop.</summary>
    private async Task<Exception?> PumpAsync(ActivePool active, CancellationToken stop)
    {
        while (true)
        {
            PoolJob job;
            try
            {
                job = await PoolLogin.ReadJobAsync(active.Connection, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception reason)
            {
                return reason;
            }

            await _jobs.PublishAsync(job, active, CancellationToken.None);
        }
    }

    private void LogTakeOver(string pool, bool wanted)
    {
        if (wanted)
        {
            _log.Switched(pool);
        }
        else
        {
            _log.FailBack(pool);
        }
    }

    /// <summary>
    /// Ends a connection that another has replaced, once it has answered what was sent over it. If it never does, it ends by its own
    /// limits.
    /// </summary>
    private async Task RetireAsync(ActivePool left, CancellationToken cancellation)
    {
        try
        {
            do
            {
                await Task.Delay(RetireAfter, _clock, cancellation);
            }
            while (left.OwesAnswers);
        }
        catch (OperationCanceledException)
        {
            // The session ends; nothing is left to wait for.
        }

        await left.Connection.DisposeAsync();
    }
}
