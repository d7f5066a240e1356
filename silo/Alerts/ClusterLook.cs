using P2PMiner.Alerts;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Silo.Alerts;

/// <summary>The cluster as its master sees it at one moment.</summary>
internal sealed record ClusterLook
{
    /// <summary>A node that was not heard of for so long is missing, although its silo may not be.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>This node and those whose beacons are heard.</summary>
    public required IReadOnlyCollection<NodeId> Heard { get; init; }

    /// <summary>Null: the job grain does not answer.</summary>
    public JobStatus? Job { get; init; }

    /// <summary>Null: the session does not answer.</summary>
    public PoolStatus? Pool { get; init; }

    /// <summary>Those that are there, also workers that only the job grain hears.</summary>
    public HashSet<NodeId> Present
        => [.. Heard, .. (Job?.Nodes ?? []).Where(node => !node.Gone && node.Silent < LongestSilence).Select(node => node.Node)];

    /// <param name="expected">Nodes that were there before.</param>
    /// <param name="name">A node as a person knows it.</param>
    public IEnumerable<Verdict> Judge(AlertSettings settings, IReadOnlyCollection<NodeId> expected, Func<NodeId, string> name)
        => [.. settings.NodeLostAfter > TimeSpan.Zero ? Nodes(settings.NodeLostAfter, expected, name) : [],
            .. settings.PoolLostAfter > TimeSpan.Zero ? Pools(settings.PoolLostAfter) : [],
            .. settings.WrongHashes ? Quarantines(name) : []];

    private IEnumerable<Verdict> Nodes(TimeSpan after, IReadOnlyCollection<NodeId> expected, Func<NodeId, string> name)
    {
        var present = Present;
        return expected.Union(present).Select(node => present.Contains(node) ? new(AlertRule.NodeLost, node, false, $"node {name(node)} is back")
            : Job is null ? Verdict.Unknown(AlertRule.NodeLost, node)
            : new(AlertRule.NodeLost, node, true, $"node {name(node)} is lost", after));
    }

    private IEnumerable<Verdict> Pools(TimeSpan after) => Pool switch
    {
        { State: PoolState.Connected, Pool: var pool } => [new(AlertRule.PoolLost, null, false, $"mining at {pool} again")],
        { State: PoolState.Connecting or PoolState.Waiting, Pool: var pool }
            => [new(AlertRule.PoolLost, null, true, $"no pool has served for {DurationText.Of(after)}; tried last: {pool}", after)],
        _ => [],
    };

    private IEnumerable<Verdict> Quarantines(Func<NodeId, string> name) => (Job?.Nodes ?? []).Select(node => !node.Quarantined
        ? new(AlertRule.WrongHashes, node.Node, false, $"node {name(node.Node)} is no longer quarantined")
        : node.Invalid == 0 ? Verdict.Unknown(AlertRule.WrongHashes, node.Node)
        : new(AlertRule.WrongHashes, node.Node, true,
            $"node {name(node.Node)} is quarantined for {node.Invalid} wrong hashes: check its memory and clock speeds"));
}
