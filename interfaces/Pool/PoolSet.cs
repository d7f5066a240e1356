using P2PMiner.Peers;

namespace P2PMiner.Pool;

/// <summary>The pools that a cluster mines on; its nodes tell each other, so that the next master has them. Holds passwords.</summary>
[GenerateSerializer, Immutable, Alias("p2p.PoolSet")]
public sealed record PoolSet : IWireValue
{
    public const int MaxPools = 64;

    public static readonly PoolSet None = new() { Pools = [] };

    /// <summary>In order of preference.</summary>
    [Id(0)] public required IReadOnlyList<NewPool> Pools { get; init; }

    /// <summary>How often they were changed by command since they were configured. Of two sets the one with more changes counts.</summary>
    [Id(1)] public int Changes { get; init; }

    /// <summary>The node that tells it, only for the log; null: a session.</summary>
    [Id(2)] public NodeId? From { get; init; }

    public string? FindFault() => WireFault.Each(nameof(Pools), Pools, MaxPools) ?? WireFault.Number(nameof(Changes), Changes);

    /// <summary>Shows nothing of the pools: a record would print it all.</summary>
    public override string ToString() => $"{Pools.Count} pools, {Changes} changes";
}
