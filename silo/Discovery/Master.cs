using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>The node that counts as master: it serves the membership table, and the nodes work for its session.</summary>
/// <param name="Term">Grows with every change of master, over the whole cluster: of two masters the one with the higher term is right.</param>
/// <param name="TablePort">Where it serves.</param>
/// <param name="IsSelf">This node is the master.</param>
internal sealed record Master(NodeId Node, ulong Term, IPEndPoint TablePort, bool IsSelf)
{
    /// <returns>Null: none is known now, or only others hear the one that is.</returns>
    public static Master? Of(MasterDecision decision, DiscoveryNode self, IReadOnlyDictionary<NodeId, LivingPeer> peers) => decision switch
    {
        { Role: MasterRole.Master, Term: var term } => new(self.Id, term, self.TablePort, IsSelf: true),
        { Role: MasterRole.Following, Master: { } id, Term: var term } when peers.TryGetValue(id, out var peer) => new(id, term, peer.TablePort, IsSelf: false),
        _ => null,
    };
}
