namespace P2PMiner.Silo.MachineTuning;

/// <summary>How many pages of one pool the miner would like.</summary>
/// <param name="Others">Pages that other programs use.</param>
/// <param name="Wanted">For the miner.</param>
internal sealed record HugePageGoal(HugePagePool Pool, long Others, long Wanted)
{
    /// <summary>What there is of <paramref name="Wanted"/>.</summary>
    public long Got => Math.Clamp(Pool.Total - Others, 0, Wanted);

    /// <summary>How many pages the pool must have. Never fewer than it has: they may be there for somebody.</summary>
    public long Total => Math.Max(Pool.Total, Others + Wanted);

    /// <summary>"2 MiB", "1 GB on NUMA node 1"</summary>
    public string PoolName => Pool.NumaNode is { } node ? $"{Pool.SizeName} on NUMA node {node}" : Pool.SizeName;
}
