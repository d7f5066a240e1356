using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using P2PMiner.History;
using P2PMiner.Jobs;

namespace P2PMiner.Silo.Api;

/// <summary>What was written down, as JSON, and the samples as a table (CSV) too. A time without a sample is a gap.</summary>
internal static class HistoryForms
{
    private static readonly ShareOutcome[] Outcomes = Enum.GetValues<ShareOutcome>();

    private static readonly (string Name, Func<HistorySample, object?> Value)[] Columns =
    [
        ("time", sample => sample.UnixSeconds * 1000),
        ("observed_seconds", sample => sample.ObservedSeconds),
        ("hashrate", sample => Math.Round(sample.Rate.PerSecond, 2)),
        ("hashes", sample => sample.Hashes),
        .. Outcomes.Select(outcome => (outcome.WireName(), (Func<HistorySample, object?>)(sample => sample.Shares[outcome]))),
        ("difficulty", sample => sample.Difficulty),
        ("latency_ms", sample => sample.Latency?.TotalMilliseconds),
        ("pool", sample => sample.Pool),
        ("nodes", sample => sample.Nodes),
        ("credited_hashes", sample => sample.Credited),
        ("state", sample => sample.State?.ToString().ToLowerInvariant()),
        ("threads", sample => sample.Threads),
        ("hugepages", sample => sample.HugePages),
        ("hugepages_wanted", sample => sample.HugePagesWanted),
        ("dataset_mode", sample => sample.DatasetMode),
        ("celsius", sample => sample.Celsius),
        ("watts", sample => sample.Watts),
    ];

    public static JsonObject Samples(HistoryQuery asked, IReadOnlyList<HistorySample> samples) => new()
    {
        ["node"] = asked.Node?.ToString(),
        ["from"] = asked.From.ToUnixTimeMilliseconds(),
        ["to"] = asked.To.ToUnixTimeMilliseconds(),
        ["step_seconds"] = asked.Step.Seconds(),
        ["samples"] = ApiJson.List(samples.Select(sample => (JsonNode)new JsonObject(
            Columns.Select(column => KeyValuePair.Create(column.Name, ValueOf(column.Value(sample))))))),
    };

    public static string Table(IReadOnlyList<HistorySample> samples)
    {
        var text = new StringBuilder(string.Join(',', Columns.Select(column => column.Name))).Append("\r\n");
        foreach (var sample in samples)
        {
            text.AppendJoin(',', Columns.Select(column => Cell(column.Value(sample)))).Append("\r\n");
        }

        return text.ToString();
    }

    public static JsonObject Events(HistoryQuery asked, IReadOnlyList<HistoryEvent> events) => new()
    {
        ["from"] = asked.From.ToUnixTimeMilliseconds(),
        ["to"] = asked.To.ToUnixTimeMilliseconds(),
        ["events"] = ApiJson.List(events.Select(one => (JsonNode)Event(one))),
    };

    public static JsonObject Event(HistoryEvent one) => new()
    {
        ["time"] = one.UnixMs, ["kind"] = one.Kind, ["node"] = one.Node?.ToString(), ["text"] = one.Text, ["source"] = one.Source.ToString(),
        ["number"] = one.Number,
    };

    private static JsonNode? ValueOf(object? value) => value switch
    {
        null => null,
        double number => ApiJson.Number(number),
        string text => JsonValue.Create(text),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        _ => throw new ArgumentException($"no column holds a {value.GetType().Name}"),
    };

    /// <summary>As RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe: texts come from other machines.</summary>
    private static string Cell(object? value)
    {
        if (value is not string text)
        {
            return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }

        var safe = text.Length > 0 && "=+-@\t\r".Contains(text[0]) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"")}\"";
    }
}
