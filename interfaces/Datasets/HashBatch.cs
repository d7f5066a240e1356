using System.Collections.Immutable;
using P2PMiner.Hashing;

namespace P2PMiner.Datasets;

/// <summary>Inputs to be hashed by a node that holds the dataset.</summary>
[GenerateSerializer, Immutable, Alias("p2p.HashBatch")]
public sealed record HashBatch : IWireValue
{
    public const int MaxInputs = 256;

    /// <summary>For one input: what the native library accepts as a blob.</summary>
    public const int MaxInputBytes = HashingBlob.MaxBytes;

    [Id(0)] public required Algorithm Algorithm { get; init; }
    [Id(1)] public required Seed Seed { get; init; }

    /// <summary>1..<see cref="MaxInputs"/> of 0..<see cref="MaxInputBytes"/> bytes each.</summary>
    [Id(2)] public required ImmutableArray<ImmutableArray<byte>> Inputs { get; init; }

    public string? FindFault() => HashingBlob.FindSeedFault(Algorithm, Seed)
        ?? (Inputs.IsDefaultOrEmpty || Inputs.Length > MaxInputs ? $"not 1 to {MaxInputs} inputs" : null)
        ?? Inputs.Select(input => WireFault.Bytes("an input", input, MaxInputBytes)).FirstOrDefault(fault => fault is not null);
}
