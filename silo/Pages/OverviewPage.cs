using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.Steering;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Pages;

/// <summary>The cluster: how fast it is and was, its shares, pool, job and nodes.</summary>
internal static class OverviewPage
{
    private const int EventsShown = 8;

    private static readonly (string Name, string? Sort, bool IsNumber)[] Columns =
    [
        ("name", "name", false), ("state", "state", false), ("hashing", null, false), ("rate now", "rate", true), ("60 s", null, true),
        ("last 24 h", null, false), ("accepted", "accepted", true), ("not accepted", null, true), ("huge pages", null, true),
        ("temperature", "temperature", true), ("version", "version", false),
    ];

    public static async Task FillAsync(LivePage page, PageQuery query, PageReader reader)
    {
        var frame = reader.FrameOf(query.Range);
        var (cluster, silence) = await reader.ReadClusterAsync();
        var samples = await reader.ReadAsync(null, frame);
        var events = await reader.ReadEventsAsync(null, frame);
        var rows = NodeRow.Of(cluster, await reader.GetNodesAsync(), await reader.ReadTrendsAsync());
        var means = await reader.ReadMeansAsync(null);
        page.StatusCode = cluster is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        page.Body = Html.Of($"""
            {PageFrame.Header("/")}<main id="main">{page.Notice}
            {page.Part("now", Html.Join([cluster is null ? PageFrame.Silence(silence) : default, PageFrame.Cards(Cards(cluster, samples, query.Range))]))}
            {PageFrame.Ranges(query, "Rate and shares")}
            {page.Part("means", PageFrame.Means(means))}
            {page.Part("rate", Chart.Rates(frame, "Rate of all nodes", samples, PageFrame.Marks(events)))}
            {page.Part("shares", Chart.Shares(frame, samples))}
            <p><a href="{PageFrame.TablePath(null, query.Range)}" download>These samples as CSV</a></p>
            <h2>Nodes</h2>
            <table>{Head(query)}{page.Rows("nodes", NodeRow.Sorted(rows, query).Select(Row))}</table>
            {SteerForms.OfCluster(page.Visitor, query.Path)}
            {page.Part("about", cluster is null ? default : About(cluster))}
            <h2>Events</h2>{page.Part("events", PageFrame.Events(events, frame, EventsShown))}
            <p><a href="/events?range={query.Range.Name}">All events</a></p>
            </main>
            """);
    }

    private static IEnumerable<(string, string, string)> Cards(ClusterView? cluster, IReadOnlyList<HistorySample?> samples, PageRange range)
    {
        var shares = samples.OfType<HistorySample>().Aggregate(default(ShareCounts), (sum, sample) => sum + sample.Shares);
        if (cluster is not null)
        {
            var (job, rate) = (cluster.Job, cluster.CurrentRate);
            yield return ("rate now", PageText.Rate(rate), GhostRiderRemark(cluster));
            var present = cluster.Nodes.Count(node => !node.Work.Gone);
            var mining = cluster.Nodes.Count(node => node.Peer?.State == PeerState.Mining);
            yield return ("nodes", PageText.Whole(present), $"{PageText.Whole(mining)} mining");
            yield return ("pool", cluster.Pool.Pool ?? "none", cluster.Pool.State.ToString().ToLowerInvariant());
            yield return ("time to a share", job.JobId is null || rate <= 0 ? PageText.Unknown : PageText.Expected(job.Difficulty / rate),
                job.JobId is null ? "" : $"difficulty {PageText.Large(job.Difficulty)}");
            yield return ("time to a block", job.NetworkDifficulty is { } network && rate > 0 ? PageText.Expected(network / rate) : PageText.Unknown,
                job.NetworkDifficulty is { } hashes ? $"by ourselves, difficulty {PageText.Large(hashes)}" : "the pool does not tell the network's difficulty");
        }

        yield return ($"shares in {range.Name}", PageText.Whole(shares.Accepted), "accepted");
        yield return ($"reject rate in {range.Name}", PageText.Percent(shares.RejectRate), $"{PageText.Whole(shares.NotAccepted)} not accepted");
    }

    /// <summary>With GhostRider each job has its own speed: what counts is the mean.</summary>
    private static string GhostRiderRemark(ClusterView cluster) => cluster.Job.Algorithm != Algorithm.GhostRider ? ""
        : $"averaged over jobs {PageText.Rate(cluster.Nodes.Where(node => node.Peer?.State == PeerState.Mining).Sum(node => node.Work.Rate.PerSecond))}";

    private static Html Head(PageQuery query)
    {
        var cells = Columns.Select(column =>
        {
            var kind = column.IsNumber ? "number" : "text";
            if (column.Sort is not { } sort)
            {
                return Html.Of($"""<th scope="col" class="{kind}">{column.Name}</th>""");
            }

            // Numbers first from the highest, names from the first; then the other way round.
            var isSorted = query.SortColumn == sort;
            var next = isSorted ? query.IsDescending ? sort : $"-{sort}" : column.IsNumber ? $"-{sort}" : sort;
            var order = !isSorted ? default : query.IsDescending ? Html.Of($""" aria-sort="descending" """) : Html.Of($""" aria-sort="ascending" """);
            return Html.Of($"""<th scope="col" class="{kind}"{order}><a href="{query.With(sort: next)}">{column.Name}</a></th>""");
        });
        return Html.Of($"<thead><tr>{Html.Join(cells)}</tr></thead>");
    }

    private static Html Row(NodeRow row)
    {
        Html[] cells =
        [
            Html.Of($"""<a href="{PageFrame.NodePath(row.Node)}">{row.Name}</a>"""),
            row.IsBad ? Html.Of($"""<span class="bad">{row.State}</span>""") : Text(row.State), Text(row.Hashing), Text(PageText.Rate(row.Rate)),
            Text(PageText.Rate(row.Minute)), Chart.Spark(row.Spark, SparkText(row)), Text(PageText.Whole(row.Accepted)),
            Text(PageText.Whole(row.NotAccepted)), Text(row.HugePages), Text(PageText.Celsius(row.Celsius)), Text(row.Version),
        ];
        return Html.Of($"<tr>{Html.Join(cells.Zip(Columns, Cell))}</tr>");

        static Html Text(string text) => Html.Of($"{text}");

        static Html Cell(Html cell, (string Name, string? Sort, bool IsNumber) column)
        {
            var kind = column.IsNumber ? "number" : column.Name == "last 24 h" ? "spark" : "text";
            return Html.Of($"""<td class="{kind}" data-label="{column.Name}">{cell}</td>""");
        }
    }

    private static string SparkText(NodeRow row)
    {
        var known = row.Spark.OfType<double>().ToArray();
        return $"rate of the last 24 hours: {(known.Length == 0 ? PageText.Unknown : $"{PageText.Rate(known.Min())} to {PageText.Rate(known.Max())}")}";
    }

    private static Html About(ClusterView cluster) => Html.Of($"""
        <div class="columns"><section><h2>Pool</h2>{PageFrame.List(PoolPage.Rows(cluster.Pool))}</section>
        <section><h2>Job</h2>{PageFrame.List(JobRows(cluster.Job))}</section></div>
        """);

    private static IEnumerable<(string, string?)> JobRows(JobStatus job) => job.JobId is null ? [("job", "none")] :
    [
        ("job", job.JobId), ("algorithm", job.Algorithm?.WireName()), ("height", job.Height is { } height ? PageText.Whole(height) : null),
        ("difficulty", PageText.Whole(job.Difficulty)), ("leases", PageText.Whole(job.ActiveLeases)), ("hashes", PageText.Whole(job.HashesTotal)),
        .. job.Shares.Where(share => share.Value > 0).OrderBy(share => share.Key)
            .Select(share => ($"shares {share.Key.Text()}", (string?)PageText.Whole(share.Value))),
    ];
}
