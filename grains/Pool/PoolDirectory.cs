using Microsoft.Extensions.Options;
using P2PMiner.Grains.Pool.Practice;

namespace P2PMiner.Grains.Pool;

/// <summary>The pools to mine on: those configured, or the practice pool of this process.</summary>
public sealed class PoolDirectory(IOptions<PoolOptions> options, PracticePool practice)
{
    public IReadOnlyList<PoolEntry> Entries => options.Value.Practice
        ? [new() { Url = $"stratum+tcp://{practice.Endpoint}", User = "practice" }]
        : options.Value.Pools;
}
