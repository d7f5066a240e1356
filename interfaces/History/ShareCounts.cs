using P2PMiner.Jobs;

namespace P2PMiner.History;

/// <summary>How many shares had which outcome; see <see cref="ShareOutcome"/>.</summary>
[GenerateSerializer, Immutable, Alias("p2p.ShareCounts")]
public readonly record struct ShareCounts : IWireValue
{
    [Id(0)] public long Accepted { get; init; }
    [Id(1)] public long Stale { get; init; }
    [Id(2)] public long Duplicate { get; init; }
    [Id(3)] public long LowDifficulty { get; init; }
    [Id(4)] public long Invalid { get; init; }
    [Id(5)] public long OutsideLease { get; init; }
    [Id(6)] public long Rejected { get; init; }
    [Id(7)] public long Lost { get; init; }
    [Id(8)] public long Quarantined { get; init; }

    /// <summary>Of all outcomes.</summary>
    public long Total => Accepted + NotAccepted;

    /// <summary>Of all outcomes but <see cref="Accepted"/>.</summary>
    public long NotAccepted => Stale + Duplicate + LowDifficulty + Invalid + OutsideLease + Rejected + Lost + Quarantined;

    /// <summary>0 to 1; null: no share was found, so it is unknown.</summary>
    public double? RejectRate => Total > 0 ? (double)NotAccepted / Total : null;

    /// <param name="count">Asked for each outcome.</param>
    public static ShareCounts Of(Func<ShareOutcome, long> count) => new()
    {
        Accepted = count(ShareOutcome.Accepted),
        Stale = count(ShareOutcome.Stale),
        Duplicate = count(ShareOutcome.Duplicate),
        LowDifficulty = count(ShareOutcome.LowDifficulty),
        Invalid = count(ShareOutcome.Invalid),
        OutsideLease = count(ShareOutcome.OutsideLease),
        Rejected = count(ShareOutcome.Rejected),
        Lost = count(ShareOutcome.Lost),
        Quarantined = count(ShareOutcome.Quarantined),
    };

    public long this[ShareOutcome outcome] => outcome switch
    {
        ShareOutcome.Accepted => Accepted,
        ShareOutcome.Stale => Stale,
        ShareOutcome.Duplicate => Duplicate,
        ShareOutcome.LowDifficulty => LowDifficulty,
        ShareOutcome.Invalid => Invalid,
        ShareOutcome.OutsideLease => OutsideLease,
        ShareOutcome.Rejected => Rejected,
        ShareOutcome.Lost => Lost,
        ShareOutcome.Quarantined => Quarantined,
        _ => 0,
    };

    public static ShareCounts operator +(ShareCounts a, ShareCounts b) => Of(outcome => a[outcome] + b[outcome]);

    public string? FindFault()
    {
        foreach (var outcome in Enum.GetValues<ShareOutcome>())
        {
            if (WireFault.Number(outcome.ToString(), this[outcome], HistorySample.MostCounted) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }
}
