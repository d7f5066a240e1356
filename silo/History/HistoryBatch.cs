using P2PMiner.History;
using P2PMiner.Peers;

namespace P2PMiner.Silo.History;

/// <summary>What is written in one transaction.</summary>
internal sealed record HistoryBatch
{
    public IReadOnlyList<HistorySample> Samples { get; init; } = [];

    public IReadOnlyList<HistoryEvent> Events { get; init; } = [];

    /// <summary>Names of nodes.</summary>
    public IReadOnlyList<KnownNode> Nodes { get; init; } = [];

    /// <summary>How far another node's history is read with this; null: it comes from this node.</summary>
    public (NodeId Server, HistoryAsk Next)? Heard { get; init; }
}
