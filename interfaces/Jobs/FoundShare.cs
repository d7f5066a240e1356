using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Jobs;

/// <summary>A nonce that a peer found, not yet verified.</summary>
[GenerateSerializer, Immutable, Alias("p2p.FoundShare")]
public sealed record FoundShare : IWireValue
{
    [Id(0)] public required NodeId Peer { get; init; }
    [Id(1)] public required ulong LeaseId { get; init; }
    [Id(2)] public required ulong JobSerial { get; init; }
    [Id(3)] public required uint ExtraNonce { get; init; }
    [Id(4)] public required uint Nonce { get; init; }
    [Id(5)] public required Hash256 Hash { get; init; }

    /// <summary>Finds none: its members may have any value. Only the job that it names can tell whether it is right.</summary>
    public string? FindFault() => null;
}
