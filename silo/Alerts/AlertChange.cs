using P2PMiner.Alerts;
using P2PMiner.History;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Alerts;

/// <summary>What is to be told.</summary>
/// <param name="Kind">Bad, well again, or news.</param>
/// <param name="Value">See <see cref="ToldAlert.Value"/>.</param>
internal sealed record AlertChange(string Rule, NodeId? Node, AlertChangeKind Kind, string Text, DateTimeOffset Time, string? Value = null)
{
    /// <summary>As an event in the history.</summary>
    public string EventWord => (Kind == AlertChangeKind.Good ? EventKind.AlertEnd : EventKind.Alert) + Rule;

    public ToldAlert ToTold() => new()
    {
        Rule = Rule, Node = Node, IsOpen = Kind == AlertChangeKind.Bad, UnixMs = Time.ToUnixTimeMilliseconds(), Text = Text, Value = Value,
    };

    /// <summary>What an event of the history tells of an earlier master; null: it is no alert.</summary>
    public static ToldAlert? Told(HistoryEvent one)
    {
        var isEnd = one.Kind.StartsWith(EventKind.AlertEnd, StringComparison.Ordinal);
        if (!isEnd && !one.Kind.StartsWith(EventKind.Alert, StringComparison.Ordinal))
        {
            return null;
        }

        var rule = one.Kind[(isEnd ? EventKind.AlertEnd : EventKind.Alert).Length..];
        return new()
        {
            Rule = rule, Node = rule == AlertRule.Master ? null : one.Node, IsOpen = !isEnd && !AlertRule.IsNews(rule), UnixMs = one.UnixMs, Text = one.Text,
            Value = rule == AlertRule.Master ? one.Node?.ToString() : null,
        };
    }
}
