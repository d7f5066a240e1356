using P2PMiner.History;
using P2PMiner.Peers;

namespace P2PMiner.Silo.History;

/// <summary>
/// What was written down, for whoever shows it. Any thread; it reads from the file when asked and costs nothing otherwise. Where there is no history, or its
/// file cannot be read, all answers are empty.
/// </summary>
internal interface IHistory
{
    /// <summary>
    /// An event of this node, or one of the last ten minutes that it just heard of from another: on the thread that tells it, so handlers return at once.
    /// </summary>
    event Action<HistoryEvent>? Happened;

    /// <summary>
    /// The samples of one series that begin within [from, to), in order. Times that were not observed have none: draw a gap, not a zero. Minutes are there for
    /// a day; of ten minutes those of the last day too, the last of them perhaps not complete.
    /// </summary>
    /// <param name="node">Null: the cluster.</param>
    /// <param name="step">As of <see cref="HistorySteps.For"/>.</param>
    Task<IReadOnlyList<HistorySample>> ReadAsync(NodeId? node, DateTimeOffset from, DateTimeOffset to, HistoryStep step);

    /// <summary>All nodes in one go, in so many equal parts of [from, to): a part of the last day. Much faster than their samples.</summary>
    Task<IReadOnlyDictionary<NodeId, NodeTrend>> ReadTrendsAsync(DateTimeOffset from, DateTimeOffset to, int parts);

    /// <summary>All nodes of which there are samples, living or not, in order of id. A worker that is never master knows itself only.</summary>
    Task<IReadOnlyList<KnownNode>> GetNodesAsync();

    /// <summary>The latest events within [from, to), in order of time.</summary>
    /// <param name="node">Only events about this node; null: all.</param>
    Task<IReadOnlyList<HistoryEvent>> ReadEventsAsync(DateTimeOffset from, DateTimeOffset to, NodeId? node = null, int most = 1000);
}
