using System.Globalization;
using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>
/// Keeps one pool serving jobs: connects, falls over to later pools and back to the first, and hands shares in. <see cref="RunAsync"/> runs once,
/// and again should there have been no pool; the other members may be called from any thread at any time.
/// </summary>
/// <param name="endpoints">In order of preference; <see cref="SetPools"/> changes them.</param>
/// <param name="onJob">Called with one job at a time, null when there is no work until further notice. What it throws is logged.</param>
internal sealed partial class PoolSession(
    PoolOptions options,
    IReadOnlyList<PoolEndpoint> endpoints,
    IEnumerable<IPoolConnector> connectors,
    Func<PoolJob?, ValueTask> onJob,
    TimeProvider clock,
    Random random,
    ILogger log)
{
    /// <summary>A login without a job is no work; the next pool may have some.</summary>
    private static readonly TimeSpan FirstJobLimit = TimeSpan.FromSeconds(20);

    /// <summary>How long the connection left behind by a fail-back still takes shares of its jobs.</summary>
    private static readonly TimeSpan RetireAfter = TimeSpan.FromSeconds(10);

    private readonly IPoolConnector[] _connectors = [.. connectors];
    private readonly PoolStatistics _statistics = new();
    private readonly SemaphoreSlim _publishing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly JobHistory _jobs = new();
    private IReadOnlyList<PoolEndpoint> _endpoints = endpoints;
    private PoolRotation _rotation = new(Math.Max(endpoints.Count, 1), options, random);

    /// <summary>Cancelled when the pools change: ends pauses and attempts, which then look at them anew.</summary>
    private CancellationTokenSource _change = new();
    private TaskCompletionSource<ActivePool> _nextPool = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActivePool? _active;
    private PoolState _state;
    private bool _ended;
    private ulong _lastSerial;

    public PoolStatus GetStatus()
    {
        lock (_gate)
        {
            var pool = _endpoints.Count == 0 ? null : (_active?.Endpoint ?? _endpoints[_rotation.Current]).Url.Authority;
            var uptime = _active is null ? TimeSpan.Zero : clock.GetElapsedTime(_active.Since);
            return _statistics.Snapshot(_state, pool, _active?.Connection.Peer, uptime, _jobs.Current);
        }
    }

    /// <summary>Serves jobs until cancelled; returns at once when no pool is configured. Connections fail without ending it.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (_endpoints.Count == 0)
        {
            log.NoPool();
            return;
        }

        using var grace = new OfflineGrace(options.OfflineGrace, clock, StopMiningAsync);
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
                    SetState(PoolState.Waiting);
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
            lock (_gate)
            {
                (_ended, _state) = (true, PoolState.None);
                _nextPool.TrySetException(new OperationCanceledException("the pool session has ended"));
                _ = _nextPool.Task.Exception;
            }
        }
    }

    /// <summary>Waits, or until the pools change.</summary>
    private async Task PauseAsync(TimeSpan length, CancellationToken change, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(change, cancellation);
        try
        {
            await Task.Delay(length, clock, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The pools have changed.
        }
    }

    private async Task<Pause> ConnectAndServeAsync(PoolUrl? redirect, OfflineGrace grace, CancellationToken cancellation)
    {
        SetState(PoolState.Connecting);
        PoolEndpoint endpoint;
        PoolRotation rotation;
        CancellationToken change;
        lock (_gate)
        {
            (rotation, change) = (_rotation, _change.Token);
            endpoint = _endpoints[rotation.Current];
        }

        endpoint = redirect is null ? endpoint : endpoint with { Url = redirect };
        ActivePool active;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(change, cancellation);
        try
        {
            active = await OpenAsync(endpoint, either.Token);
        }
        catch (Exception) when (change.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return default;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            return Failed(rotation, endpoint, failure, connected: false);
        }

        grace.Stop();
        var (ended, reason) = await ServeAsync(active, cancellation);
        grace.Start(worthless: ShareRematch.IsBoundToConnection(ended.FirstJob));
        lock (_gate)
        {
            if (!IsListed(ended.Endpoint))
            {
                log.PoolRemoved(ended.Endpoint.Url.Authority);
                return default;
            }
        }

        if (clock.GetElapsedTime(ended.Since) < options.LongestPause || reason is PoolRedirectException)
        {
            return Failed(rotation, ended.Endpoint, reason, connected: true);
        }

        Report(ended.Endpoint, reason, connected: true);
        lock (_gate)
        {
            rotation.Served();
            return new(rotation.ShortPause(), null, _change.Token);
        }
    }

    /// <param name="rotation">The one that named the pool; by now another may be in force.</param>
    private Pause Failed(PoolRotation rotation, PoolEndpoint endpoint, Exception reason, bool connected)
    {
        Report(endpoint, reason, connected);
        lock (_gate)
        {
            // Paused all the same: two hosts that send us to each other must not make a storm.
            if (reason is PoolRedirectException { Target: var target })
            {
                return new(rotation.ShortPause(), target, _change.Token);
            }

            rotation.Failed(refused: reason is PoolLoginException);
            return rotation == _rotation ? new(rotation.Pause(), null, _change.Token) : default;
        }
    }

    private void Report(PoolEndpoint endpoint, Exception reason, bool connected)
    {
        if (reason is PoolRedirectException redirect)
        {
            log.RedirectFollowed(endpoint.Url.Authority, redirect.Target.Authority);
            return;
        }

        var text = PoolText.Clean(PoolText.Reason(reason), endpoint.Entry);
        _statistics.ConnectionFailed(text);
        if (connected)
        {
            log.ConnectionLost(endpoint.Url.Authority, text);
        }
        else
        {
            log.ConnectError(endpoint.Url.Authority, text);
        }
    }

    /// <summary>Connects, logs in and awaits the first job.</summary>
    private async Task<ActivePool> OpenAsync(PoolEndpoint endpoint, CancellationToken cancellation)
    {
        var connector = Array.Find(_connectors, candidate => candidate.Handles(endpoint))
            ?? throw new PoolLoginException($"nothing here speaks {endpoint.Url.Scheme}");
        var connection = await connector.ConnectAsync(endpoint, () => Interlocked.Increment(ref _lastSerial), _statistics, cancellation);
        using var limit = new CancellationTokenSource(FirstJobLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var job = await ReadJobAsync(connection, either.Token);
            return new(endpoint, connection, job, clock.GetTimestamp());
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync();
            throw failure is OperationCanceledException && limit.IsCancellationRequested && !cancellation.IsCancellationRequested
                ? new TimeoutException($"no job within {FirstJobLimit.TotalSeconds:0} s of the login") : failure;
        }
    }

    private void SetState(PoolState state)
    {
        lock (_gate)
        {
            _state = state;
        }
    }

    private static string Invariant(Target target) => target.Difficulty.ToString(CultureInfo.InvariantCulture);

    /// <summary>What to do before the next attempt; the default: nothing.</summary>
    /// <param name="Redirect">Where to make it instead.</param>
    /// <param name="Change">Ends the pause.</param>
    private readonly record struct Pause(TimeSpan Length, PoolUrl? Redirect, CancellationToken Change);
}
