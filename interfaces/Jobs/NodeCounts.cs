using P2PMiner.Peers;

namespace P2PMiner.Jobs;

/// <summary>What one node did in a session.</summary>
[GenerateSerializer, Immutable, Alias("p2p.NodeCounts")]
public sealed record NodeCounts : IWireValue
{
    [Id(0)] public required NodeId Node { get; init; }

    [Id(1)] public required WorkCounts Work { get; init; }

    public string? FindFault() => WireFault.Of(nameof(Work), Work);
}
