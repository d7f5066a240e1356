using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Jobs;

/// <summary>What the job grain has learned about one node since its own start.</summary>
[GenerateSerializer, Immutable, Alias("p2p.NodeWork")]
public sealed record NodeWork : IWireValue
{
    [Id(0)] public required NodeId Node { get; init; }

    /// <summary>It is sent work; not if it left, was lost, drains or is quarantined.</summary>
    [Id(1)] public required bool TakesWork { get; init; }

    /// <summary>Its silo has left the cluster, so asking it is no use.</summary>
    [Id(2)] public required bool Gone { get; init; }

    [Id(3)] public required bool Quarantined { get; init; }

    /// <summary>As it last reported: with GhostRider averaged over jobs.</summary>
    [Id(4)] public required HashRate Rate { get; init; }

    [Id(5)] public required ulong HashesDone { get; init; }

    /// <summary>Shares that the pool accepted.</summary>
    [Id(6)] public required long Accepted { get; init; }

    /// <summary>Shares whose hash was wrong.</summary>
    [Id(7)] public required long Invalid { get; init; }

    /// <summary>Time since it was last heard of.</summary>
    [Id(8)] public required TimeSpan Silent { get; init; }

    public string? FindFault() => WireFault.Of(nameof(Rate), Rate) ?? WireFault.Number(nameof(Accepted), Accepted) ?? WireFault.Number(nameof(Invalid), Invalid)
        ?? WireFault.Time(nameof(Silent), Silent);
}
