using P2PMiner.Hashing;

namespace P2PMiner.Peers;

/// <summary>The result of measuring one node.</summary>
[GenerateSerializer, Immutable, Alias("p2p.BenchResult")]
public sealed record BenchResult : IWireValue
{
    /// <summary>Why nothing was measured, in one line; null: it was.</summary>
    [Id(0)] public string? Refusal { get => OutsideText.Clean(field); init; }

    [Id(1)] public HashRate Rate { get; init; }
    [Id(2)] public ulong Hashes { get; init; }
    [Id(3)] public TimeSpan Elapsed { get; init; }
    [Id(4)] public int Threads { get; init; }

    /// <summary>What was hashed; null when nothing was.</summary>
    [Id(5)] public Algorithm? Algorithm { get; init; }

    /// <summary>"fast", "partial", "light", or empty if the algorithm has no dataset.</summary>
    [Id(6)] public string DatasetMode { get => OutsideText.Clean(field); init; } = "";

    public string? FindFault() => WireFault.Of(nameof(Rate), Rate) ?? WireFault.Time(nameof(Elapsed), Elapsed) ?? WireFault.Number(nameof(Threads), Threads)
        ?? (Algorithm is { } algorithm ? WireFault.Member(nameof(Algorithm), algorithm) : null) ?? WireFault.Text(nameof(DatasetMode), DatasetMode);
}
