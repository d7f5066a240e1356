using System.Globalization;
using P2PMiner.Alerts;

namespace P2PMiner.Silo.Alerts;

/// <summary>The rules as they are set, for people.</summary>
internal static class RuleList
{
    public static IEnumerable<AlertRuleStatus> Of(AlertSettings settings) =>
    [
        Timed(AlertRule.NodeLost, settings.NodeLostAfter, "a node is missing for"),
        Timed(AlertRule.PoolLost, settings.PoolLostAfter, "no pool serves for"),
        Rule(AlertRule.Rate, settings.RateBelowPercent > 0,
            $"a node is below {Number(settings.RateBelowPercent)} % of its mean of a day for {DurationText.Of(settings.RateBelowFor)}"),
        Timed(AlertRule.NoHashes, settings.NoHashesFor, "a node that should mine does no hash for"),
        Rule(AlertRule.Rejects, settings.RejectPercent > 0, $"more than {Number(settings.RejectPercent)} % of an hour's shares are not accepted"),
        Rule(AlertRule.WrongHashes, settings.WrongHashes, "a node is quarantined for wrong hashes"),
        Rule(AlertRule.Temperature, settings.TemperatureAbove > 0, $"a processor is above {Number(settings.TemperatureAbove)} °C"),
        Rule(AlertRule.HugePages, settings.HugePagesMissing, "a node has lost its huge pages"),
        Rule(AlertRule.Master, settings.MasterChanged, "another node is master"),
        Rule(AlertRule.Pools, settings.PoolsChanged, "the list of pools is changed"),
        Rule(AlertRule.Summary, settings.SummaryHour is not null, $"each day at {settings.SummaryHour:00}:00 of the master's clock"),
    ];

    /// <summary>The words of those that are on: what was told by others before counts no more.</summary>
    public static IReadOnlySet<string> On(AlertSettings settings) => Of(settings).Where(rule => rule.IsOn).Select(rule => rule.Rule).ToHashSet();

    private static AlertRuleStatus Timed(string rule, TimeSpan after, string text) => Rule(rule, after > TimeSpan.Zero, $"{text} {DurationText.Of(after)}");

    private static AlertRuleStatus Rule(string rule, bool isOn, string text) => new() { Rule = rule, IsOn = isOn, Text = isOn ? text : "off" };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
