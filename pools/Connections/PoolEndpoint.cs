using P2PMiner.Hashing;

namespace P2PMiner.Pools.Connections;

/// <summary>A configured pool with its URL read: what a connector needs.</summary>
/// <param name="Algorithms">What this cluster can mine, preferred first; offered to the pool at login.</param>
internal sealed record PoolEndpoint(PoolUrl Url, PoolEntry Entry, IReadOnlyList<Algorithm> Algorithms);
