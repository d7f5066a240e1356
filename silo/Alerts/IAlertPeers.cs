using P2PMiner.Alerts;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Alerts;

/// <summary>
/// The way to the alerts of other nodes. Both fail in whatever way while the node, or this one's silo, is not there, and at a node of a version without alerts.
/// </summary>
internal interface IAlertPeers
{
    Task<AlertShare> ShareAsync(NodeId master, AlertShare known, CancellationToken cancellation);

    Task TellAsync(NodeId node, IReadOnlyList<ToldAlert> told, CancellationToken cancellation);
}
