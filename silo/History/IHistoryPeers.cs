using P2PMiner.History;
using P2PMiner.Peers;

namespace P2PMiner.Silo.History;

/// <summary>The way to what other nodes have written down.</summary>
internal interface IHistoryPeers
{
    /// <summary>Fails in whatever way while the node, or this one's silo, is not there, and at a node of a version without history.</summary>
    Task<HistoryPage> ReadAsync(NodeId node, HistoryAsk ask, CancellationToken cancellation);
}
