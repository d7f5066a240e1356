using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Silo.Web;

/// <summary>Nodes, shares, pool and job on one page. Names and texts come from other machines: all of them go through <see cref="Html"/>.</summary>
internal static class ClusterPage
{
    private const string Title = "P2PMiner";

    private static readonly Html Header = Html.Of($"""<header><h1>{Title}</h1><nav><a href="{WebHeaders.Dashboard}/">Orleans dashboard</a></nav></header>""");

    // Shown also at 0; the others only when they happened.
    private static readonly ShareOutcome[] UsualOutcomes = [ShareOutcome.Accepted, ShareOutcome.Rejected, ShareOutcome.Stale];

    /// <param name="nodes">With what each says about itself; null: it does not answer, or is gone.</param>
    public static IResult Of(PoolStatus pool, JobStatus job, IReadOnlyList<(NodeWork Work, PeerStatus? Peer)> nodes)
    {
        var rate = nodes.Aggregate(default(HashRate), (sum, node) => sum + (node.Peer?.Rates.Current ?? default) + (node.Peer?.RemoteRate ?? default));
        var outcomes = UsualOutcomes.Concat(job.Shares.Where(share => share.Value > 0).Select(share => share.Key).Except(UsualOutcomes).Order())
            .Select(outcome => (Name(outcome), Whole(job.Shares.GetValueOrDefault(outcome))));
        (string, string)[] average = job.Algorithm == Algorithm.GhostRider
            ? [("averaged over jobs", Rate(
                nodes.Where(node => node.Peer?.State == PeerState.Mining).Aggregate(default(HashRate), (sum, node) => sum + node.Work.Rate)))] : [];
        var cards = new[] { ("speed, H/s", Rate(rate)) }.Concat(average).Append(("nodes", Whole(nodes.Count(node => !node.Work.Gone)))).Concat(outcomes)
            .Select(card => Html.Of($"<div><span class=\"dim\">{card.Item1}</span><b>{card.Item2}</b></div>"));
        return WebPage.Of(Title, Html.Of($"""
            {Header}<section class="cards">{Html.Join(cards)}</section>
            <h2>Nodes</h2>{Table(nodes)}
            <div class="columns"><section><h2>Pool</h2>{List(PoolRows(pool))}</section><section><h2>Job</h2>{List(JobRows(job))}</section></div>
            """), renewed: true);
    }

    /// <summary>No pool session is known, or it does not answer. The page reloads itself.</summary>
    public static IResult OfNone(string reason)
        => WebPage.Of(Title, Html.Of($"""{Header}<p class="bad">No session yet: {reason}</p>"""), StatusCodes.Status503ServiceUnavailable, renewed: true);

    private static Html Table(IReadOnlyList<(NodeWork Work, PeerStatus? Peer)> nodes)
    {
        (string Name, bool IsNumber)[] columns =
        [
            ("name", false), ("id", false), ("state", false), ("hashing", false), ("10 s, H/s", true), ("60 s", true), ("15 min", true),
            ("accepted", true), ("invalid", true),
        ];
        var head = columns.Select(column => column.IsNumber ? Html.Of($"""<th class="number">{column.Name}</th>""") : Html.Of($"<th>{column.Name}</th>"));
        var rows = nodes.Select(node => Html.Of($"<tr>{Html.Join(Cells(node.Work, node.Peer).Zip(columns, Cell))}</tr>"));
        return Html.Of($"<table><thead><tr>{Html.Join(head)}</tr></thead><tbody>{Html.Join(rows)}</tbody></table>");

        static Html Cell(string text, (string Name, bool IsNumber) column) => column.IsNumber
            ? Html.Of($"""<td class="number" data-label="{column.Name}">{text}</td>""")
            : Html.Of($"""<td data-label="{column.Name}">{text}</td>""");
    }

    private static string[] Cells(NodeWork work, PeerStatus? peer) =>
    [
        peer?.Capabilities.HostName ?? "-", work.Node.Short, State(work, peer), peer is null ? "-" : Hashing(peer), Rate(peer?.Rates.TenSeconds),
        Rate(peer?.Rates.Minute), Rate(peer?.Rates.QuarterHour), Whole(work.Accepted), Whole(work.Invalid),
    ];

    private static IEnumerable<(string, string?)> PoolRows(PoolStatus pool) =>
    [
        ("pool", pool.Pool ?? "none"), ("state", pool.State.ToString().ToLowerInvariant()), ("address", pool.Ip), ("TLS", pool.Tls),
        ("connected for", pool.State == PoolState.Connected ? DurationText.Of(pool.Uptime) : null),
        ("ping", pool.Ping > TimeSpan.Zero ? $"{Whole(pool.Ping.TotalMilliseconds)} ms" : null), ("failures", Whole(pool.Failures)),
        ("messages skipped", IfAny(pool.SkippedMessages)), ("requests retried", IfAny(pool.RetriedRequests)), ("requests refused", IfAny(pool.RefusedRequests)),
        ("last error", pool.LastError),
    ];

    private static IEnumerable<(string, string?)> JobRows(JobStatus job) => job.JobId is null ? [("job", "none")] :
    [
        ("job", job.JobId), ("algorithm", job.Algorithm?.WireName()), ("height", job.Height?.ToString(CultureInfo.InvariantCulture)),
        ("difficulty", Whole(job.Difficulty)), ("leases", Whole(job.ActiveLeases)), ("hashes", job.HashesTotal.ToString(CultureInfo.InvariantCulture)),
    ];

    private static Html List(IEnumerable<(string Name, string? Value)> rows)
        => Html.Of($"<dl>{Html.Join(rows.Where(row => !string.IsNullOrEmpty(row.Value)).Select(row => Html.Of($"<dt>{row.Name}</dt><dd>{row.Value}</dd>")))}</dl>");

    private static string State(NodeWork work, PeerStatus? peer)
        => work.Gone ? work.Quarantined ? "gone, quarantined" : "gone"
            : peer is null ? "no answer"
            : work.Quarantined ? "quarantined"
            : peer.Failure is null ? peer.State.ToString().ToLowerInvariant()
            : $"failed: {peer.Failure}";

    private static string Hashing(PeerStatus peer)
    {
        var progress = peer.DatasetProgress < 1 ? $" {Whole(Math.Floor(100 * peer.DatasetProgress))}%" : "";
        var remote = peer.RemoteHost is { } host ? $", {Rate(peer.RemoteRate)} H/s at {host.Short}" : "";
        var mode = peer.Algorithm == Algorithm.GhostRider ? Algorithm.GhostRider.WireName() : peer.DatasetMode;   // it has no dataset
        var copies = peer.DatasetCopies > 1 ? $" on {Whole(peer.DatasetCopies)} NUMA nodes" : "";
        return mode.Length == 0 ? "-" : $"{mode}{copies}{progress}, {Whole(peer.Threads)} thread{(peer.Threads == 1 ? "" : "s")}{remote}";
    }

    private static string Name(ShareOutcome outcome) => outcome switch
    {
        ShareOutcome.LowDifficulty => "low difficulty",
        ShareOutcome.OutsideLease => "outside lease",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    private static string? IfAny(long number) => number == 0 ? null : Whole(number);

    private static string Rate(HashRate? rate) => rate?.PerSecond.ToString("F1", CultureInfo.InvariantCulture) ?? "n/a";

    private static string Whole(double number) => number.ToString("F0", CultureInfo.InvariantCulture);
}
