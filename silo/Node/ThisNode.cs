using P2PMiner.Peers;

namespace P2PMiner.Silo.Node;

/// <summary>The identity of this process, for everything it hosts.</summary>
internal sealed record ThisNode(NodeId Id);
