using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Membership;

/// <summary>A living node and its table port.</summary>
internal sealed record TablePeer(NodeId Node, IPEndPoint TablePort);
