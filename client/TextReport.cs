using System.Globalization;
using P2PMiner.Alerts;
using P2PMiner.Doctor;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using Spectre.Console;

namespace P2PMiner.Client;

/// <summary>Tables for people; without colours, and as wide as they get, if the output is not a terminal.</summary>
internal sealed class TextReport : IReport
{
    /// <summary>The check by which a node says what it does now.</summary>
    private const string Mining = "mining";

    /// <summary>Wider than any line, so that none is broken.</summary>
    private const int PlainWidth = 4096;
    private readonly TextWriter _output;
    private readonly IAnsiConsole _console;
    private readonly bool _screen;

    public TextReport(TextWriter output, bool screen)
    {
        (_output, _screen) = (output, screen);
        _console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = screen ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        if (!screen)
        {
            _console.Profile.Width = PlainWidth;
        }
    }

    public void Status(PoolStatus pool, JobStatus job, IReadOnlyList<ClusterNode> nodes)
    {
        Pool(pool);
        Job(job);
        Peers(nodes);
    }

    public void Peers(IReadOnlyList<ClusterNode> nodes)
    {
        foreach (var (index, line) in NodeListing.Of(nodes, _screen ? _console.Profile.Width : null).Index())
        {
            _console.Write(new Text(line + "\n", index == 0 ? new Style(decoration: Decoration.Bold) : Style.Plain));
        }

        _console.WriteLine(NodeListing.Total(nodes));
    }

    public void Doctor(ClusterFindings findings)
    {
        // Not through the console library, which breaks lines: a command is to be pasted.
        foreach (var finding in findings.OfCluster)
        {
            Tell("cluster", finding);
        }

        foreach (var node in findings.Nodes)
        {
            var name = node.Report is { } report ? $"{Short(node.Node)} {report.HostName}" : Short(node.Node);
            foreach (var finding in node.Report?.Findings.Where(finding => finding.IsWrong) ?? [])
            {
                Tell(name, finding);
            }

            var fine = node.Report?.Findings.Count(finding => finding.Severity == FindingSeverity.Ok) ?? 0;
            var notes = node.Report?.Findings.Count(finding => finding.Severity == FindingSeverity.Note) ?? 0;
            var mining = node.Report?.Findings.FirstOrDefault(finding => finding.Check == Mining && !finding.IsWrong);
            var more = notes == 0 ? "" : $", {notes} note{(notes == 1 ? "" : "s")} (--json shows them)";
            _output.WriteLine(node.Report is null ? $"{name}: did not answer"
                : $"{name}: {(mining is null ? "" : $"{mining.Text} ")}{fine} check{(fine == 1 ? " is" : "s are")} fine{more}");
        }
    }

    private void Tell(string where, Finding finding)
    {
        _output.WriteLine($"{where}: {(finding.Severity == FindingSeverity.CostsSafety ? "SAFETY" : finding.Severity == FindingSeverity.CostsSpeed ? "SPEED" : "note")} {finding.Check}: {finding.Text}");
        if (finding.Mend is { } mend)
        {
            _output.WriteLine(KnownCommand.Matches(mend) ? $"    {mend}{(finding.Gain is { } gain ? $"    # brings: {gain}" : "")}"
                : "    sudo p2p-miner doctor    # on that machine, tells the command");
        }
    }

    public void Alerts(AlertStatus status)
    {
        var waiting = status.Sinks.Select(sink => (sink.Sink, (string?)(sink.Where + (sink.Waiting > 0 ? $", {Number(sink.Waiting)} waiting" : "")
            + (sink.Failure is { } failure ? $"; fails: {failure}" : ""))));
        Lines(status.Origin is { } origin ? $"sent to, as node {origin.Short} has it in its settings" : "sent to", [.. waiting.DefaultIfEmpty(("nobody", "see Alerts in the settings"))]);
        Lines("told", [.. status.Rules.Select(rule => (rule.Rule, (string?)rule.Text))]);
        Lines("bad now", [.. status.Open.Select(one => (one.Time.ToLocalTime().ToString("MM-dd HH:mm", CultureInfo.InvariantCulture), (string?)one.Text))
            .DefaultIfEmpty(("nothing", "all is well"))]);
    }

    public void AlertTest(IReadOnlyList<AlertSinkStatus> sinks)
    {
        foreach (var sink in sinks)
        {
            _console.WriteLine($"{sink.Sink} at {sink.Where}: {(sink.Failure is { } failure ? $"not taken: {failure}" : "taken")}");
        }
    }

    public void Bench(string node, BenchResult result)
        => _console.WriteLine(
            $"{Short(node)}: {Rate(result.Rate)} H/s, {result.Algorithm?.WireName()} {result.DatasetMode}, {Number(result.Threads)} threads, "
            + $"{Number(result.Hashes)} hashes in {result.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s");

    public void Job(JobStatus job)
    {
        if (job.JobId is null)
        {
            Lines("job", ("job", "none"));
            return;
        }

        Lines("job",
            ("job", job.JobId), ("algorithm", job.Algorithm?.WireName()), ("height", job.Height?.ToString(CultureInfo.InvariantCulture)),
            ("difficulty", Number(job.Difficulty)), ("generation", Number(job.Generation)), ("leases", Number(job.ActiveLeases)),
            ("hashes", Number(job.HashesTotal)), ("dataset host", job.DatasetHost is { } host ? $"{host.Node.Short}, {Number(host.Threads)} threads" : null),
            ("shares", string.Join(", ", job.Shares.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {Number(pair.Value)}"))));
    }

    public void Pool(PoolStatus pool) => Lines("pool",
        ("pool", pool.Pool ?? "none"), ("state", pool.State.ToString().ToLowerInvariant()), ("address", pool.Ip), ("TLS", pool.Tls),
        ("certificate", pool.TlsFingerprint), ("connected for", pool.State == PoolState.Connected ? DurationText.Of(pool.Uptime) : null),
        ("ping", pool.Ping > TimeSpan.Zero ? $"{Number(Math.Round(pool.Ping.TotalMilliseconds))} ms" : null), ("failures", Number(pool.Failures)),
        ("accepted", Number(pool.Accepted)), ("rejected", Number(pool.Rejected)), ("lost", Number(pool.Lost)),
        ("messages skipped", Number(pool.SkippedMessages)), ("requests retried", Number(pool.RetriedRequests)),
        ("requests refused", Number(pool.RefusedRequests)),
        ("credited", $"{Number(Math.Round(pool.HashesCredited))} hashes"), ("last error", pool.LastError),
        ("pools", string.Join(' ', pool.Pools)), ("algorithms", string.Join(' ', pool.Algorithms.Select(algorithm => algorithm.WireName()))));

    public void Rotated(KeyRotationResult rotation, string? join)
    {
        _console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"the cluster has a new key, {rotation.Key.Id[..8]}; the old one, {rotation.Former.Id[..8]}, is accepted until {rotation.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"));
        foreach (var node in rotation.Nodes)
        {
            _console.WriteLine($"{Short(node.Node)}: {Outcome(node)}");
        }

        if (rotation.NotStored is { } reason)
        {
            _console.WriteLine($"the key file of this machine does not have the new key: {reason}");
        }

        if (join is not null)
        {
            _console.WriteLine("a new machine joins with the line below; "
                + "a node that was not reached takes it with p2p-miner join --replace. Keep it secret.");
            // Not through the console library, which breaks lines.
            _output.WriteLine(join);
        }
    }

    private static string Outcome(RotatedNode node) => node.Outcome switch
    {
        RotationOutcome.Switched => "uses the new key",
        RotationOutcome.Unconfirmed => $"has accepted the new key but not confirmed that it uses it ({node.Why}); it follows when it hears the others",
        _ => $"not reached ({node.Why}): it has the old key, if any",
    };

    public void Done(string what, IReadOnlyList<string> which, params IReadOnlyList<string> notes)
    {
        _console.WriteLine(which.Count == 0 ? "none" : $"{what}: {string.Join(' ', which.Select(Short))}");
        foreach (var note in notes)
        {
            _console.WriteLine(note);
        }
    }

    /// <summary>Names and values, one pair per line; those without a value are left out.</summary>
    private void Lines(string title, params (string Name, string? Value)[] lines)
    {
        var grid = new Grid().AddColumn().AddColumn();
        foreach (var (name, value) in lines.Where(line => !string.IsNullOrEmpty(line.Value)))
        {
            grid.AddRow(Markup.Escape(name), Markup.Escape(value!));
        }

        _console.Write(new Text(title + "\n", new Style(decoration: Decoration.Bold)));
        _console.Write(new Padder(grid, new(2, 0, 0, 1)));
    }

    /// <summary>Node ids by their first digits; other words as they are.</summary>
    private static string Short(string text) => NodeId.TryParse(text, out var node) ? node.Short : text;

    private static string Rate(HashRate rate) => rate.PerSecond.ToString("F1", CultureInfo.InvariantCulture);

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
