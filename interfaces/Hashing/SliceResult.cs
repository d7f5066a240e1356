using System.Collections.Immutable;

namespace P2PMiner.Hashing;

/// <summary>The result of a <see cref="SearchSlice"/>.</summary>
[GenerateSerializer, Immutable, Alias("p2p.SliceResult")]
public readonly record struct SliceResult : IWireValue
{
    /// <summary>
    /// How many nonces from the front of the range were hashed; fewer than the range when preempted, 0 if the engine had another seed.
    /// </summary>
    [Id(0)] public ulong HashesDone { get; init; }

    [Id(1)] public ImmutableArray<NonceHit> Hits { get; init; }

    /// <summary>Time the hashing thread spent on it.</summary>
    [Id(2)] public TimeSpan Elapsed { get; init; }

    public string? FindFault() => WireFault.Time(nameof(Elapsed), Elapsed)
        ?? (HashesDone > NonceRange.SpaceSize ? $"{HashesDone} hashes of a slice" : null)
        ?? (!Hits.IsDefault && (ulong)Hits.Length > HashesDone ? $"{Hits.Length} hits among {HashesDone} hashes" : null);
}
