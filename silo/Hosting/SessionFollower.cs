using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Pool;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Hosting;

/// <summary>
/// Keeps this node at work for the master: opens the pool session where this node is master and ends it where it no longer is, and moves this node's
/// mining to the session of each new master as soon as that one's silo is active in the cluster; until then the current work goes on. When
/// it ends, it takes the node off the work.
/// </summary>
internal sealed class SessionFollower(
    IServiceProvider services, IGrainFactory grains, IClusterMembershipService cluster, Mastership mastership, CurrentSession current, PoolDirectory pools,
    RunningSilo silo, HostProfile host, NodeControl control, TimeProvider clock, ILogger<SessionFollower> log) : BackgroundService
{
    /// <summary>How soon a session that was not reached is tried again. A changing cluster takes about a second.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Requests are repeated this often, in case one was lost. It is also how late a node may hear of pools that were changed by command,
    /// and a session of a node's pools: nobody tells them.
    /// </summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly string _self = host.Node.ToString();
    private readonly LogLimit _leaps = new(clock, lines: 4, TimeSpan.FromMinutes(1));
    private bool _leads;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        silo.Services = services;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (current.Name is { } session)
        {
            // For this silo only: the next one goes on as the node was last told by a person.
            var paused = control.Paused;
            try
            {
                await grains.GetGrain<IPeerGrain>(_self).PauseAsync().AsTask().WaitAsync(cancellationToken);
            }
            finally
            {
                control.Paused = paused;
            }

            if (session == _self || IsActive(session))
            {
                await grains.GetGrain<IJobGrain>(session).LeaveAsync(host.Node).AsTask().WaitAsync(cancellationToken);
            }
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => mastership.FollowAsync(WorkForAsync, stoppingToken);

    /// <param name="reign">Cancelled as soon as another is master: a call to one that has died must not keep this node from the next.</param>
    private async Task WorkForAsync(Master master, CancellationToken reign)
    {
        while (true)
        {
            var isReached = await TryReachAsync(master.Node.ToString(), reign);
            await Task.Delay(isReached ? Period : RetryPause, clock, reign);
        }
    }

    private async Task<bool> TryReachAsync(string session, CancellationToken reign)
    {
        try
        {
            await UntilActiveAsync(session, reign);
            await JoinAsync(session, reign);
            await EndFormerAsync(session);
            await SharePoolsAsync(session, reign);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException || !reign.IsCancellationRequested)
        {
            // The cluster is changing; the next round will find it. Whatever another node's grain threw, or an ending silo cancelled, must
            // not end this node's host.
            log.SessionNotReached(session, CallFailure.Brief(error));
            return false;
        }
    }

    private async Task UntilActiveAsync(string node, CancellationToken cancellation)
    {
        // Before the check, so that no change between it and the wait is missed.
        await using var changes = cluster.MembershipUpdates.GetAsyncEnumerator(cancellation);
        while (!IsActive(node))
        {
            if (!await changes.MoveNextAsync())
            {
                // Orleans gives the same answer to a cancelled wait.
                cancellation.ThrowIfCancellationRequested();
                throw new InvalidOperationException("this node's silo is leaving the cluster");
            }
        }
    }

    private bool IsActive(string node) => cluster.CurrentSnapshot.Members.Values.Any(member => member.Name == node && member.Status == SiloStatus.Active);

    private async Task JoinAsync(string session, CancellationToken reign)
    {
        if (session == _self)
        {
            _leads = true;
            await grains.GetGrain<IPoolSessionGrain>(_self).StartAsync().WaitAsync(reign);
        }

        await grains.GetGrain<IPeerGrain>(_self).StartAsync(session).WaitAsync(reign);
        if (current.Name != session)
        {
            current.Name = session;
            log.SessionJoined(ShortOf(session));
        }
    }

    /// <summary>Not cancelled by the next change: when the same session starts again, its end must be complete.</summary>
    private async Task EndFormerAsync(string session)
    {
        if (_leads && session != _self)
        {
            await grains.GetGrain<IPoolSessionGrain>(_self).StopAsync();
            _leads = false;
        }
    }

    private async Task SharePoolsAsync(string session, CancellationToken reign)
    {
        var told = await grains.GetGrain<IPoolSessionGrain>(session).SharePoolsAsync(pools.Shared with { From = host.Node }).AsTask().WaitAsync(reign);
        if (!pools.Heard(told) && _leaps.Allows(out var leftOut))
        {
            log.PoolsRefused(ShortOf(session), told.Changes, leftOut);
        }
    }

    private static string ShortOf(string session) => NodeId.TryParse(session, out var id) ? id.Short : session;
}
