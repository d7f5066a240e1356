using P2PMiner.Hashing;

namespace P2PMiner.Grains.Pool;

/// <summary>What this cluster is set to mine, preferred first: what pools are offered at login.</summary>
public sealed record MiningAlgorithms(IReadOnlyList<Algorithm> Preferred);
