using System.Collections.Immutable;

namespace P2PMiner.Hashing;

/// <summary>What one hashing thread does in one go (about 100 ms): hash every nonce of a range in a blob.</summary>
[GenerateSerializer, Immutable, Alias("p2p.SearchSlice")]
public sealed record SearchSlice : IWireValue
{
    /// <summary>The epoch of the slices of the node that asks, not the generation of a job: a later one preempts it within one hash.</summary>
    [Id(0)] public required ulong Generation { get; init; }

    [Id(1)] public required Algorithm Algorithm { get; init; }
    [Id(2)] public required Seed Seed { get; init; }

    /// <summary>The hashing blob; the nonce is written over 4 bytes at <see cref="NonceOffset"/>, little-endian.</summary>
    [Id(3)] public required ImmutableArray<byte> Blob { get; init; }

    [Id(4)] public required int NonceOffset { get; init; }
    [Id(5)] public required NonceRange Range { get; init; }
    [Id(6)] public required Target Target { get; init; }

    public string? FindFault()
        => HashingBlob.FindFault(Algorithm, Seed, Blob, NonceOffset) ?? WireFault.Of(nameof(Range), Range) ?? (Range.IsEmpty ? "no nonces" : null);
}
