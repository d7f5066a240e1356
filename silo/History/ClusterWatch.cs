using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Silo.History;

/// <summary>
/// Tells what happens to the cluster, from how it stands at each look: where this node is master, and only there, so that nothing is told twice. A change of
/// master is no news of nodes and pools that go on as before. One caller at a time.
/// </summary>
/// <param name="self">This node.</param>
internal sealed class ClusterWatch(NodeId self, IEventLog events, TimeProvider clock)
{
    /// <summary>A node that was not heard of for so long is lost, although its silo may not be.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>Another pool that serves so soon after a command does so because of it: the former one goes on until the new one has sent a job.</summary>
    private static readonly TimeSpan CommandTakes = TimeSpan.FromMinutes(2);

    private readonly HashSet<NodeId> _present = [];
    private readonly HashSet<NodeId> _lost = [];
    private readonly HashSet<NodeId> _quarantined = [];

    /// <summary>Those that the job grain has told of.</summary>
    private readonly HashSet<NodeId> _seen = [];
    private PoolStatus? _pool;

    /// <summary>The pool that served last; null: none yet.</summary>
    private string? _serving;

    /// <summary>When the list of pools was changed.</summary>
    private long? _commanded;

    /// <summary>When the pool was lost.</summary>
    private long? _downSince;

    private long _looked;

    /// <summary>This node becomes master.</summary>
    /// <param name="former">The node that was it before; null: none that this node knew.</param>
    /// <param name="living">The others that are heard.</param>
    /// <param name="pool">The one that served last, as far as is known.</param>
    public void Begin(ulong term, NodeId? former, IEnumerable<NodeId> living, string? pool)
    {
        _present.Clear();
        _present.UnionWith(living);
        _present.Add(self);
        _lost.Clear();
        _quarantined.Clear();
        _seen.Clear();
        (_pool, _serving, _commanded, _downSince) = (null, pool, null, null);
        _looked = clock.GetTimestamp();
        events.Add(EventKind.Master, string.Create(CultureInfo.InvariantCulture, $"node {self.Short} is master now (term {term})")
            + (former is { } other && other != self ? $"; before it was node {other.Short}" : ""), self);
        if (former is { } gone && gone != self && !_present.Contains(gone))
        {
            Lose(gone);
        }
    }

    /// <summary>Every few seconds from then on.</summary>
    /// <param name="living">The other nodes that are heard.</param>
    public void Look(JobStatus job, PoolStatus pool, IReadOnlyCollection<NodeId> living)
    {
        LookAtNodes(job, living);
        LookAtSettings(pool);
        LookAtPool(pool);
        (_pool, _looked) = (pool, clock.GetTimestamp());
    }

    private void LookAtNodes(JobStatus job, IReadOnlyCollection<NodeId> living)
    {
        var present = job.Nodes.Where(node => !node.Gone && node.Silent < LongestSilence).Select(node => node.Node).Concat(living).Append(self).ToHashSet();
        foreach (var node in present.Except(_present).Order().ToArray())
        {
            _present.Add(node);
            events.Add(EventKind.Joined, $"node {node.Short} {(_lost.Remove(node) ? "is back" : "has joined")}", node);
        }

        foreach (var node in _present.Except(present).Order().ToArray())
        {
            _present.Remove(node);
            Lose(node);
        }

        var known = job.Nodes.Select(node => node.Node).ToHashSet();
        foreach (var node in _lost.Where(node => job.Nodes.Count > 0 && _seen.Contains(node) && !known.Contains(node)).Order().ToArray())
        {
            _lost.Remove(node);
            events.Add(EventKind.Removed, $"node {node.Short} is no longer waited for", node);
        }

        _seen.UnionWith(known);
        foreach (var node in job.Nodes)
        {
            if (node.Quarantined ? _quarantined.Add(node.Node) : _quarantined.Remove(node.Node))
            {
                events.Add(
                    node.Quarantined ? EventKind.Quarantined : EventKind.Released,
                    !node.Quarantined ? $"node {node.Node.Short} is released from quarantine"
                    : node.Invalid > 0
                        ? string.Create(CultureInfo.InvariantCulture, $"node {node.Node.Short} is quarantined; {node.Invalid} of its hashes were wrong")
                    : $"node {node.Node.Short} is quarantined by command",
                    node.Node);
            }
        }
    }

    private void LookAtPool(PoolStatus pool)
    {
        if (pool.State == PoolState.Connected && pool.Pool is { } name)
        {
            var isSame = name == _serving;
            var wasLost = _downSince is not null || (_pool is { State: PoolState.Connected } && pool.Uptime < clock.GetElapsedTime(_looked));
            if (!isSame)
            {
                var isByCommand = _serving is null || (_commanded is { } at && clock.GetElapsedTime(at) < CommandTakes);
                events.Add(
                    isByCommand ? EventKind.Pool : EventKind.Failover, _serving is null ? $"mining at {name}" : $"mining at {name} instead of {_serving}");
            }
            else if (wasLost)
            {
                events.Add(EventKind.PoolBack, _downSince is { } since ? $"{name} serves again after {DurationText.Of(clock.GetElapsedTime(since))}"
                    : $"the connection to {name} was lost for a moment{Why(pool)}");
            }

            (_serving, _downSince) = (name, null);
        }
        else if (_downSince is null && (pool.State == PoolState.Waiting || (_pool is { State: PoolState.Connected } && pool.State == PoolState.Connecting)))
        {
            _downSince = clock.GetTimestamp();
            events.Add(EventKind.PoolLost, $"{(_pool is { State: PoolState.Connected } ? "the connection to" : "no connection to")} {_serving ?? pool.Pool}"
                + $"{(_pool is { State: PoolState.Connected } ? " is lost" : "")}{Why(pool)}");
        }
    }

    private void LookAtSettings(PoolStatus pool)
    {
        if (_pool is not { } before)
        {
            return;
        }

        if (!pool.Pools.SequenceEqual(before.Pools))
        {
            _commanded = clock.GetTimestamp();
            events.Add(EventKind.Settings, $"pools: {string.Join(", ", pool.Pools)}");
        }

        if (!pool.Algorithms.SequenceEqual(before.Algorithms))
        {
            events.Add(EventKind.Settings, $"algorithms: {string.Join(", ", pool.Algorithms.Select(algorithm => algorithm.WireName()))}");
        }
    }

    private void Lose(NodeId node)
    {
        _lost.Add(node);
        events.Add(EventKind.Lost, $"node {node.Short} is lost: its silo has left the cluster, or it is silent", node);
    }

    private static string Why(PoolStatus pool) => pool.LastError is { Length: > 0 } error ? $": {error}" : "";
}
