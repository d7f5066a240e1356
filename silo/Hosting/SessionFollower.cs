using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Pool;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Hosting;

/// <summary>
/// Keeps this node at work for the master: opens the pool session where this node is master and ends it where it no longer is, and moves this node's
/// mining to the session of each new master once that is part of the cluster; until then the work at hand goes on. Takes the node off the work
/// on the way out.
/// </summary>
internal sealed class SessionFollower(
    IServiceProvider services, IGrainFactory grains, IClusterMembershipService cluster, Mastership mastership, CurrentSession current, PoolDirectory pools,
    RunningSilo silo, HostProfile host, NodeControl control, TimeProvider clock, ILogger<SessionFollower> log) : BackgroundService
{
    /// <summary>What was asked for is asked for again this often, should it have been lost.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);

    /// <summary>How late a node may be to hear of pools that were changed by command, and a session of those of a node.</summary>
    private static readonly TimeSpan ShareAgain = TimeSpan.FromSeconds(2);

    private readonly string _self = host.Node.ToString();
    private readonly LogLimit _leaps = new(clock, lines: 4, TimeSpan.FromMinutes(1));
    private bool _leads;
    private string? _sharedWith;
    private long _sharedAt;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        silo.Services = services;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Again, clock);
        try
        {
            do
            {
                if (mastership.Current.Master?.Node.ToString() is { } master && IsActive(master))
                {
                    await FollowAsync(master, stoppingToken);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (current.Name is { } session)
        {
            // For this silo only: the next one goes on as a person last told the node.
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

    private async Task FollowAsync(string master, CancellationToken stopping)
    {
        try
        {
            if (master == _self)
            {
                _leads = true;
                await grains.GetGrain<IPoolSessionGrain>(_self).StartAsync();
            }

            await grains.GetGrain<IPeerGrain>(_self).StartAsync(master);
            if (current.Name != master)
            {
                current.Name = master;
                log.SessionJoined(NodeId.TryParse(master, out var id) ? id.Short : master);
            }

            await SharePoolsAsync(master);

            if (_leads && master != _self)
            {
                _leads = false;
                await grains.GetGrain<IPoolSessionGrain>(_self).StopAsync();
            }
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            // The cluster is on the move; the next round finds it. Whatever another node's grain threw, or a silo that ends cancelled, must not end this node's host.
            log.SessionNotReached(master, CallFailure.Brief(error));
        }
    }

    private async Task SharePoolsAsync(string master)
    {
        if (_sharedWith == master && clock.GetElapsedTime(_sharedAt) < ShareAgain)
        {
            return;
        }

        var told = await grains.GetGrain<IPoolSessionGrain>(master).SharePoolsAsync(pools.Shared with { From = host.Node });
        if (!pools.Heard(told) && _leaps.Allows(out var leftOut))
        {
            log.PoolsRefused(NodeId.TryParse(master, out var id) ? id.Short : master, told.Changes, leftOut);
        }

        (_sharedWith, _sharedAt) = (master, clock.GetTimestamp());
    }

    private bool IsActive(string node) => cluster.CurrentSnapshot.Members.Values.Any(member => member.Name == node && member.Status == SiloStatus.Active);
}
