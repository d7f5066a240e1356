using P2PMiner.Alerts;
using P2PMiner.Peers;
using P2PMiner.Silo.Alerts;

namespace P2PMiner.Silo.Hosting;

/// <summary>Other nodes' alerts, over their grains.</summary>
internal sealed class GrainAlerts(RunningSilo silo) : IAlertPeers
{
    public Task<AlertShare> ShareAsync(NodeId master, AlertShare known, CancellationToken cancellation)
        => Grain(master).ShareAsync(known).AsTask().WaitAsync(cancellation);

    public Task TellAsync(NodeId node, IReadOnlyList<ToldAlert> told, CancellationToken cancellation)
        => Grain(node).HearAsync([.. told]).AsTask().WaitAsync(cancellation);

    private IAlertGrain Grain(NodeId node) => silo.Grains.GetGrain<IAlertGrain>(node.ToString());
}
