using System.Collections.Immutable;
using P2PMiner.Hashing;

namespace P2PMiner.Datasets;

/// <summary>The result of a <see cref="HashBatch"/>.</summary>
[GenerateSerializer, Immutable, Alias("p2p.RemoteHashes")]
public readonly record struct RemoteHashes : IWireValue
{
    /// <summary>
    /// Hashes of the first inputs, in order; fewer than the inputs if another seed came. Empty when there is a <see cref="Refusal"/>.
    /// </summary>
    [Id(0)] public ImmutableArray<Hash256> Hashes { get; init; }

    /// <summary>Null: it was hashed.</summary>
    [Id(1)] public HostRefusal? Refusal { get; init; }

    public string? FindFault() => WireFault.Optional(nameof(Refusal), Refusal)
        ?? (Hashes.IsDefault || Hashes.Length > HashBatch.MaxInputs ? $"not 0 to {HashBatch.MaxInputs} hashes" : null);
}
