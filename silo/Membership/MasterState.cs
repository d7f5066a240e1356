using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Membership;

/// <summary>Who serves the membership table.</summary>
/// <param name="Term">Grows with every change of master, over the whole cluster: of two masters the one with the higher term is right.</param>
/// <param name="Node">The master.</param>
/// <param name="TablePort">Where it serves.</param>
/// <param name="IsSelf">This node is it.</param>
internal sealed record MasterState(ulong Term, NodeId Node, IPEndPoint TablePort, bool IsSelf);
