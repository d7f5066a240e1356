using P2PMiner.Peers;

namespace P2PMiner.Doctor;

/// <summary>What a running node found when it examined itself and its machine.</summary>
[GenerateSerializer, Immutable, Alias("p2p.NodeReport")]
public sealed record NodeReport : IWireValue
{
    /// <summary>More than there are checks.</summary>
    private const int MostFindings = 256;

    /// <summary>The end of the year 9999, in unix milliseconds.</summary>
    private const long LastUnixMs = 253_402_300_799_999;

    [Id(0)] public required NodeId Node { get; init; }

    [Id(1)] public required string HostName { get => OutsideText.Clean(field); init; }

    /// <summary>Of the program, without a commit: "0.2.0".</summary>
    [Id(2)] public required string Version { get => OutsideText.Clean(field); init; }

    /// <summary>The node's clock when it gave this answer, in unix milliseconds.</summary>
    [Id(3)] public required long UnixMs { get; init; }

    /// <summary>The master that the node follows or is; null: it knows none.</summary>
    [Id(4)] public NodeId? Master { get; init; }

    /// <summary>The worst first.</summary>
    [Id(5)] public required IReadOnlyList<Finding> Findings { get; init; }

    public string? FindFault() => WireFault.Text(nameof(HostName), HostName) ?? WireFault.Text(nameof(Version), Version)
        ?? WireFault.Number(nameof(UnixMs), UnixMs, LastUnixMs) ?? WireFault.Each(nameof(Findings), Findings, MostFindings);
}
