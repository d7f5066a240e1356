using P2PMiner.Peers;

namespace P2PMiner.History;

/// <summary>A node of which there is history.</summary>
[GenerateSerializer, Immutable, Alias("p2p.KnownNode")]
public sealed record KnownNode : IWireValue
{
    [Id(0)] public required NodeId Node { get; init; }

    /// <summary>Of its machine; empty: not known.</summary>
    [Id(1)] public required string HostName { get => OutsideText.Clean(field); init; }

    /// <summary>End of its latest sample, in unix seconds; 0: there is none any more.</summary>
    [Id(2)] public required long LastSeen { get; init; }

    public string? FindFault() => WireFault.Text(nameof(HostName), HostName) ?? WireFault.Number(nameof(LastSeen), LastSeen);
}
