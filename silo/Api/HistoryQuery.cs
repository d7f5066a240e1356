using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using P2PMiner.History;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Api;

/// <summary>Which part of the history is asked for: ?range=24h, or ?from= and ?to= in unix milliseconds; ?node=, and for events ?most=.</summary>
/// <param name="Node">Null: the cluster; of events: all.</param>
internal sealed record HistoryQuery(NodeId? Node, DateTimeOffset From, DateTimeOffset To, HistoryStep Step, int Most)
{
    public const int MostEvents = 1000;

    private const int UsualEvents = 200;

    private static readonly TimeSpan UsualRange = TimeSpan.FromHours(24);

    /// <summary>Longer than anything is kept.</summary>
    private static readonly TimeSpan LongestRange = TimeSpan.FromDays(400);

    private static readonly string[] Names = ["node", "range", "from", "to", "step", "most"];

    /// <param name="fault">What is wrong, for the answer; null: nothing.</param>
    public static bool TryRead(IQueryCollection query, DateTimeOffset now, [NotNullWhen(true)] out HistoryQuery? asked, [NotNullWhen(false)] out string? fault)
    {
        asked = null;
        fault = query.Keys.Except(Names).FirstOrDefault() is { } unknown ? $"{OutsideText.Clean(unknown)}: unknown; there are {string.Join(", ", Names)}"
            : query.FirstOrDefault(pair => pair.Value.Count > 1).Key is { } twice ? $"{twice}: given more than once"
            : Read(query, now, out asked);
        return fault is null;
    }

    private static string? Read(IQueryCollection query, DateTimeOffset now, out HistoryQuery? asked)
    {
        asked = null;
        NodeId? node = null;
        var (from, to, most) = (now - UsualRange, now, UsualEvents);
        if (Given("node") is { } id)
        {
            if (!NodeId.TryParse(id, out var parsed))
            {
                return "node: not an id of 32 hex digits";
            }

            node = parsed;
        }

        if (Given("range") is { } range)
        {
            if (Given("from") is not null || Given("to") is not null)
            {
                return "range: not together with from or to";
            }

            if (!TryReadRange(range, out var length))
            {
                return "range: not a number of hours or days such as 24h or 7d, up to 400d";
            }

            from = now - length;
        }

        if ((Given("to") is { } end && !TryReadTime(end, out to)) || (Given("from") is { } begin && !TryReadTime(begin, out from)))
        {
            return "from, to: not unix milliseconds";
        }

        if (Given("to") is not null && Given("from") is null)
        {
            from = to - UsualRange;
        }

        if (from >= to || to - from > LongestRange)
        {
            return "from, to: not a range of up to 400 days";
        }

        HistoryStep? step = Given("step") switch { "60" => HistoryStep.Minute, "600" => HistoryStep.TenMinutes, _ => null };
        if (step is null && Given("step") is not null)
        {
            return "step: not 60 or 600 (seconds)";
        }

        if (Given("most") is { } count && (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > MostEvents))
        {
            return $"most: not 1 to {MostEvents}";
        }

        // Minutes are kept only for so long before now.
        asked = new(node, from, to, step ?? HistorySteps.For(now - from), most);
        return null;

        string? Given(string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;
    }

    private static bool TryReadRange(string text, out TimeSpan range)
    {
        range = default;
        if (text.Length is < 2 or > 6 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return false;
        }

        range = text[^1] switch { 'h' => TimeSpan.FromHours(number), 'd' => TimeSpan.FromDays(number), _ => default };
        return range > TimeSpan.Zero && range <= LongestRange;
    }

    private static bool TryReadTime(string text, out DateTimeOffset time)
    {
        const long LastUnixMs = 253_402_300_799_999;
        var ok = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unixMs) && unixMs <= LastUnixMs;
        time = DateTimeOffset.FromUnixTimeMilliseconds(ok ? unixMs : 0);
        return ok;
    }
}
