using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Silo.History;

namespace P2PMiner.Silo.Hosting;

/// <summary>Other nodes' histories, over their grains.</summary>
internal sealed class GrainHistories(RunningSilo silo) : IHistoryPeers
{
    public Task<HistoryPage> ReadAsync(NodeId node, HistoryAsk ask, CancellationToken cancellation)
        => silo.Grains.GetGrain<IHistoryGrain>(node.ToString()).ReadAsync(ask).WaitAsync(cancellation);
}
