namespace P2PMiner.History;

/// <summary>Part of a node's history, in the order in which that node got it.</summary>
[GenerateSerializer, Immutable, Alias("p2p.HistoryPage")]
public sealed record HistoryPage : IWireValue
{
    /// <summary>The most samples and events of a page: some tens of kilobytes.</summary>
    public const int MostRows = 500;

    /// <summary>From a node that keeps none.</summary>
    public static readonly HistoryPage None = new() { Samples = [], Events = [], Nodes = [] };

    /// <summary>Names the file that it comes from: one that was begun anew counts from 1 again. 0: the node keeps no history.</summary>
    [Id(0)] public long Store { get; init; }

    /// <summary>For <see cref="HistoryAsk.After"/> of the next page.</summary>
    [Id(1)] public long Next { get; init; }

    /// <summary>There are more rows already.</summary>
    [Id(2)] public bool HasMore { get; init; }

    [Id(3)] public required IReadOnlyList<HistorySample> Samples { get; init; }
    [Id(4)] public required IReadOnlyList<HistoryEvent> Events { get; init; }

    /// <summary>The nodes that these rows are of.</summary>
    [Id(5)] public required IReadOnlyList<KnownNode> Nodes { get; init; }

    public string? FindFault() => WireFault.Number(nameof(Store), Store) ?? WireFault.Number(nameof(Next), Next)
        ?? WireFault.Each(nameof(Samples), Samples, MostRows) ?? WireFault.Each(nameof(Events), Events, MostRows)
        ?? WireFault.Each(nameof(Nodes), Nodes, MostRows);
}
