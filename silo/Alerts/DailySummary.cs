using System.Globalization;
using P2PMiner.Alerts;
using P2PMiner.History;

namespace P2PMiner.Silo.Alerts;

/// <summary>What the cluster did in a day, in two lines.</summary>
internal static class DailySummary
{
    public static readonly TimeSpan Span = TimeSpan.FromDays(1);

    /// <summary>Within the hour that is set, once a day.</summary>
    /// <param name="now">In local time.</param>
    /// <param name="last">When one was sent; null: never, as far as is known.</param>
    public static bool IsDue(int? hour, DateTimeOffset now, DateTimeOffset? last) => now.Hour == hour && !(last?.ToOffset(now.Offset).Date >= now.Date);

    /// <param name="samples">Of the cluster, in that time.</param>
    /// <param name="present">Nodes that are there.</param>
    /// <param name="expected">They, and those that are missing.</param>
    /// <param name="open">What is bad now.</param>
    public static AlertChange Of(IReadOnlyList<HistorySample> samples, int present, int expected, int open, DateTimeOffset now)
    {
        var invariant = CultureInfo.InvariantCulture;
        double seconds = samples.Sum(sample => sample.ObservedSeconds);
        var shares = samples.Aggregate(default(ShareCounts), (sum, sample) => sum + sample.Shares);
        var rate = seconds == 0 ? "no hashes were seen"
            : string.Create(invariant, $"{samples.Sum(sample => sample.Rate.PerSecond * sample.ObservedSeconds) / seconds:F0} H/s");
        var result = shares.Total == 0 ? "no shares"
            : string.Create(invariant, $"{shares.Accepted} of {shares.Total} shares accepted ({100.0 * shares.Accepted / shares.Total:F1} %)");
        var alerts = open == 0 ? "all is well" : string.Create(invariant, $"{open} alert{(open == 1 ? " is" : "s are")} open: p2p-console alert");
        return new(
            AlertRule.Summary, null, AlertChangeKind.News,
            string.Create(invariant, $"last 24 h: {rate}, {result}; {present} of {expected} nodes are there; {alerts}"), now);
    }
}
