using System.Collections.Immutable;
using P2PMiner.Hashing;

namespace P2PMiner.Jobs;

/// <summary>Job and nonces in one message: all that a peer needs to hash for about 20 s.</summary>
[GenerateSerializer, Immutable, Alias("p2p.WorkUnit")]
public sealed record WorkUnit : IWireValue
{
    /// <summary>The job grain's count of job changes; a peer drops units of earlier generations.</summary>
    [Id(0)] public required ulong Generation { get; init; }

    /// <summary>Names the lease in reports and in the ledger; unique for the life of the job grain.</summary>
    [Id(1)] public required ulong LeaseId { get; init; }

    [Id(2)] public required ulong JobSerial { get; init; }
    [Id(3)] public required Algorithm Algorithm { get; init; }
    [Id(4)] public required Seed Seed { get; init; }
    [Id(5)] public Seed? NextSeed { get; init; }
    [Id(6)] public required ImmutableArray<byte> Blob { get; init; }
    [Id(7)] public required int NonceOffset { get; init; }

    /// <summary>Which blob of the job this is; 0 if all peers share one.</summary>
    [Id(8)] public required uint ExtraNonce { get; init; }

    [Id(9)] public required NonceRange Range { get; init; }
    [Id(10)] public required Target Target { get; init; }

    public string? FindFault() => HashingBlob.FindFault(Algorithm, Seed, Blob, NonceOffset) ?? WireFault.Optional(nameof(NextSeed), NextSeed)
        ?? WireFault.Of(nameof(Range), Range) ?? (Range.IsEmpty ? "no nonces" : null);
}
