using System.Net;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

/// <summary>A living node and its table port.</summary>
internal sealed record TablePeer(NodeId Node, IPEndPoint TablePort)
{
    /// <summary>Those that have a table port.</summary>
    public static IReadOnlyList<TablePeer> Of(IEnumerable<LivingPeer> peers)
        => [.. peers.Where(peer => peer.Ports.Table != 0).Select(peer => new TablePeer(peer.Node, peer.TablePort))];
}
