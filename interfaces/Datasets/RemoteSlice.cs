using P2PMiner.Hashing;

namespace P2PMiner.Datasets;

/// <summary>The result of a slice that another node was asked to search.</summary>
[GenerateSerializer, Immutable, Alias("p2p.RemoteSlice")]
public readonly record struct RemoteSlice : IWireValue
{
    /// <summary>May end before the range does: the host bounds how long one slice takes. Nothing is done when there is a <see cref="Refusal"/>.</summary>
    [Id(0)] public SliceResult Result { get; init; }

    /// <summary>Null: it was searched.</summary>
    [Id(1)] public HostRefusal? Refusal { get; init; }

    public string? FindFault() => WireFault.Of(nameof(Result), Result) ?? WireFault.Optional(nameof(Refusal), Refusal);
}
