using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>How a beacon came.</summary>
/// <param name="EndPoint">Where its bytes came from.</param>
/// <param name="Peer">Over a connection: the node at its other end, by its certificate. Null: a datagram.</param>
/// <param name="Age">How long before that its sender had sent it, or the node that passes it on had heard it, by that node's clock.</param>
internal readonly record struct BeaconWay(IPEndPoint EndPoint, NodeId? Peer = null, TimeSpan Age = default)
{
    /// <summary>False: another node has passed it on, and <see cref="EndPoint"/> tells nothing about its sender.</summary>
    public bool IsFrom(NodeId sender) => Peer is null || Peer == sender;
}
