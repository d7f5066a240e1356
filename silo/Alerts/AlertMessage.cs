using P2PMiner.Alerts;

namespace P2PMiner.Silo.Alerts;

/// <summary>What is sent: all that became known at one look, so that a rack which goes dark is one message. Any thread.</summary>
/// <param name="title">A few words of ASCII.</param>
/// <param name="text">One or more lines.</param>
/// <param name="changes">None in a test.</param>
internal sealed class AlertMessage(string title, string text, AlertChangeKind kind, DateTimeOffset time, IReadOnlyList<AlertChange> changes)
{
    /// <summary>Sinks cut, or refuse, what is longer than 4096 characters.</summary>
    private const int MostLines = 20;
    private const int MostLineChars = 180;

    private int _isTold;

    public string Title => title;

    public string Text => text;

    public AlertChangeKind Kind => kind;

    public DateTimeOffset Time => time;

    public IReadOnlyList<AlertChange> Changes => changes;

    /// <summary>True at the first call.</summary>
    public bool IsToldFirst() => Interlocked.Exchange(ref _isTold, 1) == 0;

    /// <summary>Of a test.</summary>
    public static AlertMessage Test(string node, DateTimeOffset now)
        => new("p2p-miner: test", $"This is a test of the alerts, sent by node {node}, the master.", AlertChangeKind.News, now, []);

    /// <param name="changes">One or more.</param>
    public static AlertMessage Of(IReadOnlyList<AlertChange> changes)
    {
        var lines = changes.Take(MostLines).Select(change => OutsideText.Clean(change.Text, MostLineChars)).ToList();
        if (changes.Count > MostLines)
        {
            lines.Add($"and {changes.Count - MostLines} more: p2p-console alert");
        }

        var kind = changes.Any(change => change.Kind == AlertChangeKind.Bad) ? AlertChangeKind.Bad
            : changes.All(change => change.Kind == AlertChangeKind.Good) ? AlertChangeKind.Good : AlertChangeKind.News;
        var first = changes.First(change => kind == AlertChangeKind.News || change.Kind == kind);
        var more = changes.Count > 1 ? $" and {changes.Count - 1} more" : "";
        return new($"p2p-miner: {TitleOf(first)}{more}", string.Join('\n', lines), kind, changes[0].Time, changes);
    }

    private static string TitleOf(AlertChange change) => (change.Rule, change.Kind) switch
    {
        (AlertRule.NodeLost, AlertChangeKind.Bad) => "node lost",
        (AlertRule.NodeLost, _) => "node back",
        (AlertRule.PoolLost, AlertChangeKind.Bad) => "pool lost",
        (AlertRule.PoolLost, _) => "pool back",
        (AlertRule.Master, _) => "master changed",
        (AlertRule.Pools, _) => "pools changed",
        (AlertRule.Summary, _) => "daily summary",
        (var rule, AlertChangeKind.Good) => $"{rule} well again",
        (var rule, _) => rule,
    };
}
