namespace P2PMiner.Peers;

/// <summary>What a node tells the job grain about itself when it joins, on every change, and every few seconds.</summary>
[GenerateSerializer, Immutable, Alias("p2p.NodeAnnouncement")]
public sealed record NodeAnnouncement : IWireValue
{
    [Id(0)] public required NodeId Node { get; init; }

    /// <summary>With the RAM of --ram if that is given.</summary>
    [Id(1)] public required PeerCapabilities Capabilities { get; init; }

    /// <summary>Its owner made it the first choice with --dataset-host.</summary>
    [Id(2)] public required bool IsDatasetHost { get; init; }

    /// <summary>"fast", "partial" or "light" once its dataset is ready, empty before.</summary>
    [Id(3)] public required string DatasetMode { get => OutsideText.Clean(field); init; }

    /// <summary>Threads it can lend to others.</summary>
    [Id(4)] public required int GuestThreads { get; init; }

    public string? FindFault() => WireFault.Of(nameof(Capabilities), Capabilities) ?? WireFault.Text(nameof(DatasetMode), DatasetMode)
        ?? WireFault.Number(nameof(GuestThreads), GuestThreads, PeerCapabilities.MaxThreads);
}
