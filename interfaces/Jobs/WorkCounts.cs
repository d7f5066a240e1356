using P2PMiner.Hashing;

namespace P2PMiner.Jobs;

/// <summary>What was done since the count began, by one node or by all.</summary>
[GenerateSerializer, Immutable, Alias("p2p.WorkCounts")]
public sealed record WorkCounts : IWireValue
{
    /// <summary>As many best shares as miners usually show.</summary>
    public const int MostBest = 10;

    /// <summary>The windows of <see cref="Rates"/>, in order.</summary>
    public static IReadOnlyList<TimeSpan> Windows { get; } =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(12), TimeSpan.FromHours(24)];

    /// <summary>By outcome.</summary>
    [Id(0)] public required IReadOnlyDictionary<ShareOutcome, long> Shares { get; init; }

    /// <summary>The sum of the difficulties that the accepted shares had to reach.</summary>
    [Id(1)] public required double Credited { get; init; }

    /// <summary>The difficulties of the best accepted shares, highest first, at most ten.</summary>
    [Id(2)] public required IReadOnlyList<double> Best { get; init; }

    /// <summary>Time since the last accepted share; null: there was none.</summary>
    [Id(3)] public TimeSpan? SinceAccepted { get; init; }

    [Id(4)] public required ulong Hashes { get; init; }

    /// <summary>Mean rates from hashes done, over each of <see cref="Windows"/> or as long as was counted.</summary>
    [Id(5)] public required IReadOnlyList<HashRate> Rates { get; init; }

    public string? FindFault() => WireFault.Each(nameof(Shares), Shares?.Keys) ?? WireFault.Number(nameof(Credited), Credited)
        ?? WireFault.Each(nameof(Best), Best, MostBest) ?? WireFault.Time(nameof(SinceAccepted), SinceAccepted ?? TimeSpan.Zero)
        ?? WireFault.Each(nameof(Rates), Rates, Windows.Count);
}
