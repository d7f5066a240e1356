using System.Globalization;
using P2PMiner.Alerts;
using P2PMiner.History;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Alerts;

/// <summary>What the samples of the last minutes say.</summary>
/// <param name="name">A node as a person knows it.</param>
/// <param name="now">Of the same clock as the samples.</param>
internal sealed class PastLook(AlertSettings settings, Func<NodeId, string> name, DateTimeOffset now)
{
    /// <summary>How long the latest sample counts: it comes some seconds after its minute, or a minute later.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(3);

    /// <summary>For temperature and huge pages.</summary>
    private const int FewMinutes = 3;

    /// <summary>Fewer shares in an hour say nothing.</summary>
    private const int FewestShares = 20;

    /// <summary>How much better than its limit something must be before it is well again.</summary>
    private const int BetterByPercent = 5;
    private const int BetterByDegrees = 5;
    private const double BetterByRejects = 0.8;

    /// <summary>How far back the minutes of a node must go for these settings.</summary>
    public static TimeSpan SpanOf(AlertSettings settings)
        => TimeSpan.FromMinutes(FewMinutes) + Late + (settings.RateBelowFor > settings.NoHashesFor ? settings.RateBelowFor : settings.NoHashesFor);

    /// <summary>And those of the cluster.</summary>
    public static readonly TimeSpan ClusterSpan = TimeSpan.FromHours(1);

    /// <param name="minutes">Of one node, in order.</param>
    /// <param name="usual">Null: that is not known.</param>
    public IEnumerable<Verdict> Judge(NodeId node, IReadOnlyList<HistorySample> minutes, UsualWork? usual)
    {
        if (minutes is not [.., var last] || End(last) < now - Late)
        {
            yield break;
        }

        if (settings.RateBelowPercent > 0)
        {
            yield return Rate(node, Latest(minutes, settings.RateBelowFor), usual);
        }

        if (settings.NoHashesFor > TimeSpan.Zero)
        {
            yield return NoHashes(node, Latest(minutes, settings.NoHashesFor), last);
        }

        var few = minutes.TakeLast(FewMinutes).ToList();
        if (settings.TemperatureAbove > 0)
        {
            yield return Temperature(node, few, last);
        }

        if (settings.HugePagesMissing)
        {
            yield return HugePages(node, few, last, usual);
        }
    }

    /// <param name="minutes">Of the cluster, in order.</param>
    public IEnumerable<Verdict> JudgeCluster(IReadOnlyList<HistorySample> minutes)
    {
        var shares = minutes.Aggregate(default(ShareCounts), (sum, sample) => sum + sample.Shares);
        if (settings.RejectPercent == 0 || shares.Total < FewestShares)
        {
            return [];
        }

        var percent = 100.0 * shares.NotAccepted / shares.Total;
        var text = string.Create(CultureInfo.InvariantCulture, $"{shares.NotAccepted} of {shares.Total} shares of the last hour were not accepted ({percent:F1} %)");
        bool? isBad = percent > settings.RejectPercent ? true : percent <= settings.RejectPercent * BetterByRejects ? false : null;
        return [new(AlertRule.Rejects, null, isBad, text)];
    }

    private Verdict Rate(NodeId node, IReadOnlyList<HistorySample>? latest, UsualWork? usual)
    {
        // A minute without hashes is the business of another rule.
        if (latest is null || usual is not { Rate: > 0 and var mean } || latest.Any(minute => minute.Rate.PerSecond == 0 || !usual.IsOf(minute)))
        {
            return Verdict.Unknown(AlertRule.Rate, node);
        }

        var rate = latest.Average(minute => minute.Rate.PerSecond);
        var percent = 100 * rate / mean;
        var text = string.Create(CultureInfo.InvariantCulture, $"node {name(node)} hashes {rate:F0} H/s, {percent:F0} % of its mean of a day, {mean:F0} H/s");
        return new(
            AlertRule.Rate, node, percent < settings.RateBelowPercent ? true : percent >= settings.RateBelowPercent + BetterByPercent ? false : null, text);
    }

    private Verdict NoHashes(NodeId node, IReadOnlyList<HistorySample>? latest, HistorySample last)
    {
        if (last.Rate.PerSecond > 0)
        {
            return new(AlertRule.NoHashes, node, false, $"node {name(node)} hashes again");
        }

        var text = $"node {name(node)} has not hashed for {DurationText.Of(settings.NoHashesFor)}, and should"
            + (last.State == PeerState.Failed ? ": it cannot mine, see its log" : "");
        var isStill = latest?.All(minute => minute.Rate.PerSecond == 0) == true;
        return isStill ? new(AlertRule.NoHashes, node, true, text) : Verdict.Unknown(AlertRule.NoHashes, node);
    }

    private Verdict Temperature(NodeId node, List<HistorySample> few, HistorySample last)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"the processor of node {name(node)} has {last.Celsius:F0} °C; the limit is {settings.TemperatureAbove} °C");
        return last.Celsius is not { } celsius ? Verdict.Unknown(AlertRule.Temperature, node)
            : few.Count == FewMinutes && few.All(minute => minute.Celsius > settings.TemperatureAbove) ? new(AlertRule.Temperature, node, true, text)
            : celsius <= settings.TemperatureAbove - BetterByDegrees ? new(AlertRule.Temperature, node, false, text)
            : Verdict.Unknown(AlertRule.Temperature, node);
    }

    private Verdict HugePages(NodeId node, List<HistorySample> few, HistorySample last, UsualWork? usual)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"node {name(node)} has {last.HugePages} of {last.HugePagesWanted} huge pages");
        return UsualWork.HasHugePages(last) ? new(AlertRule.HugePages, node, false, text)
            : usual?.HadHugePages == true && few.Count == FewMinutes && few.All(minute => minute.State == PeerState.Mining && UsualWork.LacksHugePages(minute))
                ? new(AlertRule.HugePages, node, true, $"{text}, and had all: p2p-miner doctor there tells what mends it")
            : Verdict.Unknown(AlertRule.HugePages, node);
    }

    /// <summary>The minutes of the latest time of that length; null: not all of it is known, or the node was not to hash in all of it.</summary>
    private static IReadOnlyList<HistorySample>? Latest(IReadOnlyList<HistorySample> minutes, TimeSpan length)
    {
        var latest = minutes.Where(minute => minute.Start >= End(minutes[^1]) - length).ToList();
        return latest.Sum(minute => minute.ObservedSeconds) >= 0.8 * length.TotalSeconds
            && latest.All(minute => minute.State is PeerState.Mining or PeerState.Failed) ? latest : null;
    }

    private static DateTimeOffset End(HistorySample minute) => minute.Start + minute.Step.Length();
}
