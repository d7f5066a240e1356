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
/// See <see cref="IJobGrain"/>. Reentrant because a share's verification and the pool's answer take time, and a new job must not wait for
/// them; <see cref="JobTable"/> is only touched between awaits.
/// </summary>
[KeepAlive, Reentrant, NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed class JobGrain(
    IOptions<LeaseOptions> options, IHashEngine verifier, INodeFaults faults, IClusterMembershipService membership, TimeProvider clock, ILogger<JobGrain> log)
    : Grain, IJobGrain
{
    /// <summary>Peers that are sent work in one turn of the grain, so that shares and newer jobs come in between: about half a millisecond.</summary>
    private const int SendsInATurn = 64;

    /// <summary>Of shares at once. Honest nodes find some in a second; more is a flood, which must fill no memory.</summary>
    private const int MostJudged = 1024;

    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(5);

    private readonly JobTable _jobs = new(options.Value, clock, Random.Shared);
    private readonly DatasetHosts _datasetHosts = new(clock);
    private readonly NodeTable _nodes = new(options.Value, clock);
    private readonly Dictionary<NodeId, PeerLink> _links = [];
    private readonly Dictionary<ShareOutcome, long> _shares = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Shares that are being judged; each may take a hash.</summary>
    private int _judged;

    /// <summary>Nodes with a wrong hash that is just being recomputed from scratch.</summary>
    private readonly HashSet<NodeId> _accused = [];
    private readonly ClusterNodes _cluster = new();
    private readonly LogLimit _outsideLease = new(clock, lines: 5, TimeSpan.FromMinutes(1));
    private ulong _hashes;
    private ulong _usedUpGeneration;

    /// <summary>The pool whose extra nonces did not suffice: told once, since the next job of it is as short of them.</summary>
    private string? _fewExtraNoncesOf;
    private string _session = "";
    private IPoolSessionGrain _pool = null!;   // made with the activation, which knows the session

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _session = this.GetPrimaryKeyString();
        _pool = GrainFactory.GetGrain<IPoolSessionGrain>(_session);
        this.RegisterGrainTimer(Sweep, SweepPeriod, SweepPeriod);
        Follow(membership.CurrentSnapshot);
        _ = WatchMembershipAsync();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => await _stopping.CancelAsync();

    public ValueTask SetJobAsync(PoolJob? job)
    {
        _jobs.Replace(job);
        NodeId[] workers = [.. _nodes.Workers.Select(worker => worker.Node)];
        log.JobSent(_jobs.Generation, job?.ShownId, workers.Length);
        _ = DealAsync(workers, _jobs.Generation);
        return ValueTask.CompletedTask;
    }

    public ValueTask<WorkUnit?> LeaseAsync(NodeId peer, HashRate measured)
    {
        if (_nodes.Join(peer, measured))
        {
            return ValueTask.FromResult(Take(peer, measured));
        }

        if (_nodes.IsQuarantined(peer))
        {
            // It may not have heard, or have been started anew since.
            _ = TellQuarantinedAsync(peer, true);
        }

        return ValueTask.FromResult<WorkUnit?>(null);
    }

    public async Task<ShareOutcome> SubmitAsync(FoundShare share)
    {
        var outcome = await JudgeAsync(share);
        _shares[outcome] = _shares.GetValueOrDefault(outcome) + 1;
        _nodes.Count(share.Peer, outcome);
        log.ShareDone(share.Nonce, share.JobSerial, share.Peer.Short, outcome);
        return outcome;
    }

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
            // It works for an earlier job grain, or was taken for lost: better now than when it runs out of that work.
            SendWork(report.Peer);
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
            EndWork(node);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ReleaseAsync(NodeId node)
    {
        if (_nodes.Release(node))
        {
            log.Released(node.Short);
            _ = TellQuarantinedAsync(node, false);
            SendWork(node);
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
        Shares = new Dictionary<ShareOutcome, long>(_shares),
        Peers = [.. _nodes.Workers.Select(worker => worker.Node).Order().Select(peer => peer.ToString())],
        Nodes = _nodes.GetStatus(),
        DatasetHost = _datasetHosts.Choose(),
    });

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
            log.NodeGone(node.Short);
            _jobs.End(node);
        }
    }

    private Task Sweep()
    {
        foreach (var node in _nodes.Sweep())
        {
            log.NodeSilent(node.Short, NodeTable.LongestSilence.TotalSeconds);
            _jobs.End(node);
        }

        foreach (var (node, _) in _links.Where(link => link.Value.IsIdle && !_nodes.Knows(link.Key)))
        {
            _links.Remove(node);
        }

        _datasetHosts.Sweep();
        return Task.CompletedTask;
    }

    private void EndWork(NodeId node)
    {
        _jobs.End(node);
        _ = TellQuarantinedAsync(node, true);
    }

    /// <summary>Sends every worker a unit of the job. A newer job has a round of its own, which takes the place of this one.</summary>
    private async Task DealAsync(NodeId[] workers, ulong generation)
    {
        foreach (var some in workers.Chunk(SendsInATurn))
        {
            foreach (var node in some)
            {
                Send(node);
            }

            await Task.Yield();
            if (_jobs.Generation != generation || _stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private void SendWork(NodeId node)
    {
        if (_jobs.Current is not null)
        {
            Send(node);
        }
    }

    /// <summary>
    /// Sends a worker a unit of the present job, or word that there is none; later when the calls before that still wait for their answer, and not at all
    /// when it takes no more work by then.
    /// </summary>
    private void Send(NodeId node)
    {
        if (_nodes.RateOfWorker(node) is { } rate && LinkTo(node) is var link && link.TryBegin())
        {
            _ = AssignAsync(node, link, Take(node, rate), _jobs.Generation);
        }
    }

    private PeerLink LinkTo(NodeId node)
    {
        if (!_links.TryGetValue(node, out var link))
        {
            _links[node] = link = new(GrainFactory.GetGrain<IPeerGrain>(node.ToString()));
        }

        return link;
    }

    private WorkUnit? Take(NodeId peer, HashRate measured)
    {
        var unit = _jobs.Take(peer, measured);
        if (unit is null && _jobs.Current is { } job && _usedUpGeneration != _jobs.Generation)
        {
            _usedUpGeneration = _jobs.Generation;
            log.NoncesUsedUp(job.ShownId);
        }

        if (unit is not null && _jobs.IsOutOfExtraNonces && _fewExtraNoncesOf != _jobs.Current!.Pool)
        {
            _fewExtraNoncesOf = _jobs.Current.Pool;
            log.ExtraNoncesUsedUp(_jobs.Current.Pool, _jobs.Current.Template!.ExtraNonces);
        }

        return unit;
    }

    private async Task TellQuarantinedAsync(NodeId node, bool quarantined)
    {
        try
        {
            await LinkTo(node).Peer.SetQuarantinedAsync(quarantined);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.AssignFailed(node.Short, CallFailure.Brief(e));
        }
    }

    private async Task AssignAsync(NodeId node, PeerLink link, WorkUnit? unit, ulong generation)
    {
        try
        {
            await link.Peer.AssignAsync(_session, unit, generation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It asks again by itself.
            log.AssignFailed(node.Short, CallFailure.Brief(e));
        }
        finally
        {
            if (link.End())
            {
                Send(node);
            }
        }
    }

    /// <summary>Two hashes differ: is it this node's that is wrong? Null: no, as far as it can tell.</summary>
    private async Task<string?> FindOwnFaultAsync(ShareInput input, Hash256 hash, NodeId accused)
    {
        try
        {
            var again = await verifier.RecomputeAsync(input.Algorithm, input.Seed, input.Blob);
            return again == hash ? null : $"one hash is {hash} from the dataset in memory, and {again} from scratch";
        }
        catch (HashSelfTestException wrong)
        {
            return wrong.Message;
        }
        catch (HashEngineException unable)
        {
            log.NotRecomputed(unable.Message);
            return null;
        }
        finally
        {
            _accused.Remove(accused);
        }
    }

    private async Task<ShareOutcome> JudgeAsync(FoundShare share)
    {
        if (_nodes.IsQuarantined(share.Peer))
        {
            return ShareOutcome.Quarantined;
        }

        if (_judged >= MostJudged)
        {
            return ShareOutcome.Lost;
        }

        _judged++;
        try
        {
            return await VerifyAsync(share);
        }
        finally
        {
            _judged--;
        }
    }

    private async Task<ShareOutcome> VerifyAsync(FoundShare share)
    {
        var check = _jobs.Check(share);
        if (check.ToVerify is not { } input)
        {
            if (check.Refused == ShareOutcome.OutsideLease && _outsideLease.Allows(out var leftOut))
            {
                log.ShareOutsideLease(share.Nonce, share.JobSerial, share.Peer.Short, leftOut);
            }

            return check.Refused!.Value;
        }

        var hash = await verifier.HashAsync(input.Algorithm, input.Seed, input.Blob, CancellationToken.None);
        if (hash != share.Hash)
        {
            if (!_accused.Add(share.Peer))
            {
                // One recomputation from scratch at a time for each node: it takes a second, and a liar may send hundreds of shares at once.
                return ShareOutcome.Invalid;
            }

            if (await FindOwnFaultAsync(input, hash, share.Peer) is { } fault)
            {
                // Nothing is known of the other node then; the next master will judge it.
                faults.Report(fault);
                return ShareOutcome.Lost;
            }

            var (count, tooMany) = _nodes.WrongHash(share.Peer);
            log.WrongHash(share.Peer.Short, share.Nonce, hash.ToString(), share.Hash.ToString(), count);
            if (tooMany && _nodes.Quarantine(share.Peer))
            {
                log.Quarantined(share.Peer.Short, options.Value.WrongHashLimit, options.Value.WrongHashWindow.TotalMinutes);
                EndWork(share.Peer);
            }

            return ShareOutcome.Invalid;
        }

        // A new block may have come while the hash was recomputed.
        if (!_jobs.IsLive(share.JobSerial))
        {
            return ShareOutcome.Stale;
        }

        var verified = new VerifiedShare { JobSerial = share.JobSerial, ExtraNonce = share.ExtraNonce, Nonce = share.Nonce, Hash = hash };
        return await _pool.SubmitAsync(verified);
    }
}
