namespace P2PMiner.Silo.Discovery;

/// <summary>TCP ports of a node: silo, client gateway, and membership table (open while it is master). 0: not offered.</summary>
internal readonly record struct NodePorts(ushort Silo, ushort Gateway, ushort Table);
