using P2PMiner.Datasets;
using P2PMiner.Hashing;

namespace P2PMiner.Jobs;

/// <summary>The current job and what was done for it.</summary>
[GenerateSerializer, Immutable, Alias("p2p.JobStatus")]
public sealed record JobStatus : IWireValue
{
    [Id(0)] public required ulong Generation { get; init; }
    [Id(1)] public required string? JobId { get => OutsideText.Clean(field); init; }
    [Id(2)] public required Algorithm? Algorithm { get; init; }
    [Id(3)] public required ulong? Height { get; init; }
    [Id(4)] public required double Difficulty { get; init; }
    [Id(5)] public required string? Pool { get => OutsideText.Clean(field); init; }
    [Id(6)] public required ulong HashesTotal { get; init; }
    [Id(7)] public required int ActiveLeases { get; init; }

    /// <summary>Shares found by peers since the start, by outcome.</summary>
    [Id(8)] public required IReadOnlyDictionary<ShareOutcome, long> Shares { get; init; }

    /// <summary>Ids of the peers that take work, in order.</summary>
    [Id(9)] public required IReadOnlyList<string> Peers { get => OutsideText.CleanAll(field); init; }

    /// <summary>Every node heard of, in order of id, including those that take no work.</summary>
    [Id(10)] public IReadOnlyList<NodeWork> Nodes { get; init; } = [];

    /// <summary>The node that hashes for nodes with too little memory; null: none can.</summary>
    [Id(20)] public DatasetHostOffer? DatasetHost { get; init; }

    /// <summary>The hashes that a block takes on average; null: not known, as with most pools of Monero.</summary>
    [Id(21)] public double? NetworkDifficulty { get; init; }

    public string? FindFault() => (Algorithm is { } algorithm ? WireFault.Member(nameof(Algorithm), algorithm) : null)
        ?? WireFault.Number(nameof(Difficulty), Difficulty) ?? WireFault.Number(nameof(ActiveLeases), ActiveLeases)
        ?? WireFault.Each(nameof(Shares), Shares?.Keys) ?? WireFault.Each(nameof(Peers), Peers) ?? WireFault.Each(nameof(Nodes), Nodes)
        ?? WireFault.Optional(nameof(DatasetHost), DatasetHost) ?? WireFault.Number(nameof(NetworkDifficulty), NetworkDifficulty ?? 0);
}
