using P2PMiner.Hashing;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>Turns validated options into endpoints.</summary>
internal static class PoolEndpoints
{
    /// <param name="algorithms">What this cluster can mine, preferred first; not empty.</param>
    /// <exception cref="ArgumentException">A URL that <see cref="PoolOptionsValidator"/> would have refused.</exception>
    public static IReadOnlyList<PoolEndpoint> From(IReadOnlyList<PoolEntry> entries, IReadOnlyList<Algorithm> algorithms) =>
    [
        .. entries.Select(entry => PoolUrl.TryParse(entry.Url, out var url, out var error)
            ? new PoolEndpoint(url, entry, algorithms)
            : throw new ArgumentException(error, nameof(entries))),
    ];
}
