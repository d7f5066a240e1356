using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.GrainDirectory;
using P2PMiner.Datasets;
using P2PMiner.Grains.Datasets;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Placement;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Grains.Jobs;

/// <summary>
/// See <see cref="IJobGrain"/>. Holds the session's tables and passes each call to the class that it concerns: <see cref="ShareJudge"/>,
/// <see cref="WorkDealer"/>, <see cref="NodeTable"/>, <see cref="DatasetHosts"/>. Reentrant because a share's verification and the pool's
/// answer take time, and a new job must not wait for them; the tables are only touched between awaits.
/// </summary>
[KeepAlive, Reentrant, NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed class JobGrain(
    IOptions<LeaseOptions> options, IHashEngine verifier, INodeFaults faults, IClusterMembershipService membership, TimeProvider clock, ILogger<JobGrain> log)
    : Grain, IJobGrain
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(5);

    private readonly JobTable _jobs = new(options.Value, clock, Random.Shared);
    private readonly DatasetHosts _datasetHosts = new(clock);
    private readonly NodeTable _nodes = new(options.Value, clock);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ClusterNodes _cluster = new();
    private ulong _hashes;

    // Made with the activation, which knows the session.
    private WorkDealer _dealer = null!;
    private ShareJudge _judge = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var session = this.GetPrimaryKeyString();
        var pool = GrainFactory.GetGrain<IPoolSessionGrain>(session);
        _dealer = new(_jobs, _nodes, session, node => GrainFactory.GetGrain<IPeerGrain>(node.ToString()), log);
        _judge = new(_jobs, _nodes, verifier, faults, options.Value, clock, pool.SubmitAsync, _dealer.EndWork, log);
        this.RegisterGrainTimer(Sweep, SweepPeriod, SweepPeriod);
        Follow(membership.CurrentSnapshot);
        _ = WatchMembershipAsync();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _dealer.Stop();
        await _stopping.CancelAsync();
    }

    public ValueTask SetJobAsync(PoolJob? job)
    {
        _jobs.Replace(job);
        _ = _dealer.DealAsync();
        return ValueTask.CompletedTask;
    }

    public ValueTask<WorkUnit?> LeaseAsync(NodeId peer, HashRate measured)
    {
        if (_nodes.Join(peer, measured))
        {
            return ValueTask.FromResult(_dealer.Take(peer, measured));
        }

        if (_nodes.IsQuarantined(peer))
        {
            // It may not have heard it, or may have been restarted since.
            _ = _dealer.TellQuarantinedAsync(peer, true);
        }

        return ValueTask.FromResult<WorkUnit?>(null);
    }

    public Task<ShareOutcome> SubmitAsync(FoundShare share) => _judge.JudgeAsync(share);

    public ValueTask ReportAsync(WorkReport report)
    {
        if (!_nodes.Admits(report.Peer))
        {
            return ValueTask.CompletedTask;
        }

        _hashes += report.HashesDone;
        _jobs.Report(report);
        if (_nodes.Report(report))
        {
            // It works for an earlier job grain, or counted as lost: better to send work now than when that work runs out.
            _dealer.Send(report.Peer);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<DatasetHostOffer?> AnnounceAsync(NodeAnnouncement announcement)
    {
        if (_nodes.Admits(announcement.Node))
        {
            _datasetHosts.Announce(announcement);
        }

        return GetDatasetHostAsync();
    }

    public ValueTask<DatasetHostOffer?> GetDatasetHostAsync() => ValueTask.FromResult(_datasetHosts.Choose());

    public ValueTask LeaveAsync(NodeId peer)
    {
        _datasetHosts.Forget(peer);
        _nodes.Leave(peer);
        _jobs.End(peer);
        return ValueTask.CompletedTask;
    }

    public ValueTask QuarantineAsync(NodeId node)
    {
        if (_nodes.Quarantine(node))
        {
            log.QuarantinedByCommand(node.Short);
            _dealer.EndWork(node);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ReleaseAsync(NodeId node)
    {
        if (_nodes.Release(node))
        {
            log.Released(node.Short);
            _ = _dealer.TellQuarantinedAsync(node, false);
            _dealer.Send(node);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<JobStatus> GetStatusAsync() => ValueTask.FromResult(new JobStatus
    {
        Generation = _jobs.Generation,
        JobId = _jobs.Current?.ShownId,
        Algorithm = _jobs.Current?.Algorithm,
        Height = _jobs.Current?.Height,
        Difficulty = (double)(_jobs.Current?.Target.Difficulty ?? 0),
        Pool = _jobs.Current?.Pool,
        HashesTotal = _hashes,
        ActiveLeases = _jobs.ActiveLeases,
        Shares = _judge.Outcomes,
        Peers = [.. _nodes.Workers.Select(worker => worker.Node).Order().Select(peer => peer.ToString())],
        Nodes = _nodes.GetStatus(),
        DatasetHost = _datasetHosts.Choose(),
        NetworkDifficulty = _jobs.Current?.NetworkDifficulty,
    });

    public ValueTask<ClusterCounts> GetCountsAsync() => ValueTask.FromResult(_nodes.GetCounts());

    /// <summary>On the grain's own scheduler, like everything here: a silo that is declared dead takes no more work from then on.</summary>
    private async Task WatchMembershipAsync()
    {
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(_stopping.Token))
            {
                Follow(snapshot);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The grain ends.
        }
    }

    private void Follow(ClusterMembershipSnapshot snapshot)
    {
        var (came, went) = _cluster.Next(snapshot);
        foreach (var node in came)
        {
            _nodes.Return(node);
        }

        foreach (var node in went.Where(_nodes.Lose))
        {
            if (node.ToString() != this.GetPrimaryKeyString())
            {
                // This grain is on the session's own node: if that one leaves, it ends, and has said so.
                log.NodeGone(node.Short);
            }

            _jobs.End(node);
        }
    }

    private Task Sweep()
    {
        foreach (var node in _nodes.Sweep())
        {
            log.NodeSilent(node.Short, DurationText.Of(NodeTable.LongestSilence));
            _jobs.End(node);
        }

        _dealer.Sweep();
        _datasetHosts.Sweep();
        return Task.CompletedTask;
    }
}
