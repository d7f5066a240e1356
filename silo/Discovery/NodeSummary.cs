using P2PMiner.Hashing;

namespace P2PMiner.Silo.Discovery;

/// <summary>A node's strength in a few bytes. RAM usable for datasets in MiB; the rate travels in tenths of a hash per second, 0 = not measured.</summary>
internal readonly record struct NodeSummary(ushort Threads, uint RamUsableMiB, HashRate Rate);
