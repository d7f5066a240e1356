using P2PMiner.Peers;

namespace P2PMiner.Grains.Peers;

/// <summary>This process's node: who it is, what its machine can do, and whether its owner made it the first choice to hash for others.</summary>
public sealed record HostProfile(NodeId Node, PeerCapabilities Capabilities, bool IsDatasetHost = false);
