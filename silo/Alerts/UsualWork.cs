using P2PMiner.History;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Alerts;

/// <summary>What a node usually did in the last day, as it works now: with so many threads and that kind of dataset.</summary>
/// <param name="Rate">Mean of its rate while it mined, in H/s; null: that is not known yet.</param>
/// <param name="HadHugePages">It had the huge pages that it wants.</param>
internal sealed record UsualWork(int? Threads, string? DatasetMode, double? Rate, bool HadHugePages)
{
    /// <summary>How far back it goes.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(1);

    /// <summary>Fewer samples of ten minutes say nothing: an hour.</summary>
    private const int FewestSamples = 6;

    /// <param name="tenMinutes">Of the node.</param>
    /// <param name="now">Its latest minute.</param>
    public static UsualWork Of(IReadOnlyList<HistorySample> tenMinutes, HistorySample now)
    {
        var mined = tenMinutes.Where(sample => sample is { State: PeerState.Mining, ObservedSeconds: > 0 }).ToList();
        var alike = mined.Where(sample => sample.Threads == now.Threads && sample.DatasetMode == now.DatasetMode).ToList();
        double seconds = alike.Sum(sample => sample.ObservedSeconds);
        return new(
            now.Threads, now.DatasetMode, alike.Count < FewestSamples ? null : alike.Sum(sample => sample.Rate.PerSecond * sample.ObservedSeconds) / seconds,
            mined.Any(HasHugePages));
    }

    /// <summary>Whether it is still about what the node does.</summary>
    public bool IsOf(HistorySample now) => now.Threads == Threads && now.DatasetMode == DatasetMode;

    /// <summary>A few that are missing cost nothing that can be measured.</summary>
    public static bool HasHugePages(HistorySample sample)
        => sample is { HugePages: { } pages, HugePagesWanted: > 0 and var wanted } && pages * 10 >= wanted * 9;

    public static bool LacksHugePages(HistorySample sample) => sample.HugePagesWanted > 0 && !HasHugePages(sample);
}
