using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using P2PMiner.Alerts;
using P2PMiner.Doctor;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Client;

/// <summary>One JSON value for scripts: camelCase names, rates as numbers of hashes a second, times in seconds, ids and hashes in hex.</summary>
/// <param name="lines">Each value on a line of its own.</param>
internal sealed class JsonReport(TextWriter output, bool lines = false) : IReport
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new Text<NodeId>(), new RateNumber(), new Seconds(),
        },
    };

    private static readonly JsonSerializerOptions OnOneLine = new(Form) { WriteIndented = false };

    public void Status(PoolStatus pool, JobStatus job, IReadOnlyList<ClusterNode> nodes) => Write(new { pool, job, peers = nodes.Select(Row) });

    public void Peers(IReadOnlyList<ClusterNode> nodes) => Write(nodes.Select(Row));

    public void Job(JobStatus job) => Write(job);

    public void Pool(PoolStatus pool) => Write(pool);

    public void Doctor(ClusterFindings findings) => Write(new
    {
        wrong = findings.Wrong > 0,
        cluster = findings.OfCluster.Select(Row),
        nodes = findings.Nodes.Select(node => new
        {
            node = node.Node, answers = node.Report is not null, hostName = node.Report?.HostName, version = node.Report?.Version, master = node.Report?.Master,
            findings = (node.Report?.Findings ?? []).Select(Row),
        }),
    });

    public void Alerts(AlertStatus status) => Write(status);

    public void AlertTest(IReadOnlyList<AlertSinkStatus> sinks)
        => Write(sinks.Select(sink => new { sink.Sink, sink.Where, taken = sink.Failure is null, sink.Failure }));

    public void Bench(string node, BenchResult result)
        => Write(new { node, result.Rate, result.Hashes, result.Elapsed, result.Threads, result.Algorithm, result.DatasetMode });

    public void Rotated(KeyRotationResult rotation, string? join)
    {
        var value = new JsonObject
        {
            ["key"] = rotation.Key.Id, ["former"] = rotation.Former.Id, ["until"] = rotation.Until.UtcDateTime,
            ["nodes"] = JsonSerializer.SerializeToNode(rotation.Nodes, Form), ["notStored"] = rotation.NotStored,
        };
        if (join is not null)
        {
            value["join"] = join;
        }

        Write(value);
    }

    public void Done(string what, IReadOnlyList<string> which, params IReadOnlyList<string> notes)
    {
        var value = new Dictionary<string, IReadOnlyList<string>> { [Name(what)] = which };
        if (notes.Count > 0)
        {
            value["notes"] = notes;
        }

        Write(value);
    }

    private static object Row(Finding finding) => new { finding.Check, finding.Severity, finding.Text, finding.Mend, finding.Gain };

    /// <summary>
    /// What the node says about itself, and as "work" what the job grain knows about it; for a node that does not answer, only the latter.
    /// </summary>
    private static JsonObject Row(ClusterNode node)
    {
        var row = node.Peer is { } peer ? JsonSerializer.SerializeToNode(peer, Form)!.AsObject()
            : new() { ["node"] = node.Id, ["state"] = node.Work.Gone ? "gone" : "unreachable" };
        row["work"] = JsonSerializer.SerializeToNode(node.Work, Form);
        return row;
    }

    /// <summary>"pool added" as "poolAdded".</summary>
    private static string Name(string what)
        => string.Concat(what.Split(' ').Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    private void Write<T>(T value) => output.WriteLine(JsonSerializer.Serialize(value, lines ? OnOneLine : Form));

    /// <summary>Values that are written and never read back.</summary>
    private abstract class WriteOnly<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => throw new NotSupportedException("reports are only written");
    }

    private sealed class Text<T> : WriteOnly<T> where T : notnull
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    private sealed class RateNumber : WriteOnly<HashRate>
    {
        public override void Write(Utf8JsonWriter writer, HashRate value, JsonSerializerOptions options)
            => writer.WriteNumberValue(Math.Round(value.PerSecond, 2));
    }

    private sealed class Seconds : WriteOnly<TimeSpan>
    {
        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
            => writer.WriteNumberValue(Math.Round(value.TotalSeconds, 3));
    }
}
