using P2PMiner.Hashing;

namespace P2PMiner.Pool;

/// <summary>A share whose hash was recomputed and meets the target of its job, with rx/2 by the commitment to it.</summary>
[GenerateSerializer, Immutable, Alias("p2p.VerifiedShare")]
public sealed record VerifiedShare : IWireValue
{
    [Id(0)] public required ulong JobSerial { get; init; }
    [Id(1)] public required uint ExtraNonce { get; init; }
    [Id(2)] public required uint Nonce { get; init; }
    [Id(3)] public required Hash256 Hash { get; init; }

    /// <summary>Finds none: its members may have any value. Only the job that it names can tell whether it is right.</summary>
    public string? FindFault() => null;
}
