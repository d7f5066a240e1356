using P2PMiner.Peers;

namespace P2PMiner.Silo.Node;

/// <summary>Who this process is, for whatever it hosts.</summary>
internal sealed record ThisNode(NodeId Id);
