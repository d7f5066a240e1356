using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Jobs;

/// <summary>
/// Sends work from the tables to the peers: to all of them with each new job, and to a peer that asks or is found without any. A slow or
/// lost peer does not delay the others, see <see cref="PeerLink"/>. Part of the job grain, on its scheduler.
/// </summary>
/// <param name="session">Of the job grain: its peers take work of no other.</param>
/// <param name="peers">The peer grain of a node.</param>
internal sealed class WorkDealer(JobTable jobs, NodeTable nodes, string session, Func<NodeId, IPeerGrain> peers, ILogger log)
{
    /// <summary>
    /// Peers that are sent work in one turn of the grain, so that shares and newer jobs can come in between: about half a millisecond.
    /// </summary>
    public const int SendsInATurn = 64;

    private readonly Dictionary<NodeId, PeerLink> _links = [];
    private bool _stopped;
    private ulong _usedUpGeneration;

    /// <summary>The pool that had too few extra nonces: logged once, because its next job has as few.</summary>
    private string? _fewExtraNoncesOf;

    /// <summary>
    /// Sends every worker a unit of the present job, or word that there is none. A newer job has a round of its own, which takes the place
    /// of this one.
    /// </summary>
    /// <returns>Completes when the last worker was sent to; what they answer is not waited for.</returns>
    public Task DealAsync()
    {
        NodeId[] workers = [.. nodes.Workers.Select(worker => worker.Node)];
        log.JobSent(jobs.Generation, jobs.Current?.ShownId, workers.Length);
        return DealAsync(workers, jobs.Generation);
    }

    /// <summary>A unit for a peer that asks for one. Null: there is no job, or it has no nonces left.</summary>
    public WorkUnit? Take(NodeId peer, HashRate measured)
    {
        var unit = jobs.Take(peer, measured);
        if (unit is null && jobs.Current is { } job && _usedUpGeneration != jobs.Generation)
        {
            _usedUpGeneration = jobs.Generation;
            log.NoncesUsedUp(job.ShownId);
        }

        if (unit is not null && jobs.IsOutOfExtraNonces && _fewExtraNoncesOf != jobs.Current!.Pool)
        {
            _fewExtraNoncesOf = jobs.Current.Pool;
            log.ExtraNoncesUsedUp(jobs.Current.Pool, jobs.Current.Template!.ExtraNonces);
        }

        return unit;
    }

    /// <summary>Sends one peer a unit, when there is a job and it takes work.</summary>
    public void Send(NodeId node)
    {
        if (jobs.Current is not null)
        {
            SendPresent(node);
        }
    }

    /// <summary>A node is in quarantine: its leases are void, and it is told.</summary>
    public void EndWork(NodeId node)
    {
        jobs.End(node);
        _ = TellQuarantinedAsync(node, true);
    }

    /// <summary>
    /// Tells a node that it is, or no longer is, in quarantine. A failure is logged and no more: one in quarantine is told again when it
    /// asks for work.
    /// </summary>
    public async Task TellQuarantinedAsync(NodeId node, bool quarantined)
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

    /// <summary>Forgets the links to peers that are no longer known.</summary>
    public void Sweep()
    {
        foreach (var (node, _) in _links.Where(link => link.Value.IsIdle && !nodes.Knows(link.Key)))
        {
            _links.Remove(node);
        }
    }

    /// <summary>The grain ends: a round under way goes no further.</summary>
    public void Stop() => _stopped = true;

    private async Task DealAsync(NodeId[] workers, ulong generation)
    {
        foreach (var some in workers.Chunk(SendsInATurn))
        {
            foreach (var node in some)
            {
                SendPresent(node);
            }

            await Task.Yield();
            if (jobs.Generation != generation || _stopped)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Sends a worker a unit of the present job, or word that there is none; later when the calls before that still wait for their answer, and not at all
    /// when it takes no more work by then.
    /// </summary>
    private void SendPresent(NodeId node)
    {
        if (nodes.RateOfWorker(node) is { } rate && LinkTo(node) is var link && link.TryBegin())
        {
            _ = AssignAsync(node, link, Take(node, rate), jobs.Generation);
        }
    }

    private PeerLink LinkTo(NodeId node)
    {
        if (!_links.TryGetValue(node, out var link))
        {
            _links[node] = link = new(peers(node));
        }

        return link;
    }

    private async Task AssignAsync(NodeId node, PeerLink link, WorkUnit? unit, ulong generation)
    {
        try
        {
            await link.Peer.AssignAsync(session, unit, generation);
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
                SendPresent(node);
            }
        }
    }
}
