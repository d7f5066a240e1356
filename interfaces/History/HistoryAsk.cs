namespace P2PMiner.History;

/// <summary>Which part of a node's history another one lacks.</summary>
[GenerateSerializer, Immutable, Alias("p2p.HistoryAsk")]
public sealed record HistoryAsk : IWireValue
{
    /// <summary><see cref="HistoryPage.Store"/> of the last page; 0: there was none.</summary>
    [Id(0)] public long Store { get; init; }

    /// <summary><see cref="HistoryPage.Next"/> of the last page; 0: from the beginning. Means nothing in another store.</summary>
    [Id(1)] public long After { get; init; }

    /// <summary>Only what the node has written of itself, not what it has of others and of the cluster.</summary>
    [Id(2)] public bool OwnOnly { get; init; }

    public string? FindFault() => WireFault.Number(nameof(Store), Store) ?? WireFault.Number(nameof(After), After);
}
