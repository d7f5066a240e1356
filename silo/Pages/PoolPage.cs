using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Pool;
using P2PMiner.Silo.Steering;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Pages;

/// <summary>The pools: the one in use, the others in their order, and what was handed in to each.</summary>
internal static class PoolPage
{
    public static async Task FillAsync(LivePage page, PageQuery query, PageReader reader)
    {
        var frame = reader.FrameOf(query.Range);
        var (cluster, silence) = await reader.ReadClusterAsync();
        var samples = await reader.ReadAsync(null, frame);
        double?[] times = [.. samples.Select(sample => sample?.Latency?.TotalMilliseconds)];
        double?[] difficulties = [.. samples.Select(sample => sample?.Difficulty)];
        page.Title = "P2PMiner: pools";
        page.StatusCode = cluster is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        page.Body = Html.Of($"""
            {PageFrame.Header("/pools")}<main id="main">{page.Notice}
            {page.Part("now", cluster is null ? PageFrame.Silence(silence) : Now(cluster.Pool, !page.Visitor.MaySteer))}
            {page.Part("steer", cluster is null ? default : SteerForms.OfPools(page.Visitor, query.Path, cluster.Pool.Pools))}
            {PageFrame.Ranges(query, "What was handed in")}
            <table><thead><tr><th scope="col">pool</th><th scope="col" class="number">accepted</th><th scope="col" class="number">not accepted</th>
            <th scope="col" class="number">reject rate</th><th scope="col" class="number">credited hashes</th></tr></thead>
            {page.Rows("counts", Counts(samples.OfType<HistorySample>()))}</table>
            {page.Part("latency", new Chart(frame, "Answer time of the pool").Line(times, PageText.Milliseconds))}
            {page.Part("difficulty", new Chart(frame, "Difficulty of the job").Line(difficulties, PageText.Large))}
            </main>
            """);
    }

    public static IEnumerable<(string, string?)> Rows(PoolStatus pool) =>
    [
        ("pool", pool.Pool ?? "none"), ("state", pool.State.ToString().ToLowerInvariant()), ("address", pool.Ip), ("TLS", pool.Tls),
        ("certificate", pool.TlsFingerprint), ("connected for", pool.State == PoolState.Connected ? DurationText.Of(pool.Uptime) : null),
        ("answer time", pool.Ping > TimeSpan.Zero ? PageText.Milliseconds(pool.Ping.TotalMilliseconds) : null), ("failures", PageText.Whole(pool.Failures)),
        ("messages skipped", IfAny(pool.SkippedMessages)), ("requests retried", IfAny(pool.RetriedRequests)), ("requests refused", IfAny(pool.RefusedRequests)),
        ("last error", pool.LastError),
    ];

    /// <param name="isListed">Whether it lists the pools; who may steer has them in the forms below.</param>
    private static Html Now(PoolStatus pool, bool isListed)
    {
        var list = pool.Pools.Count == 0 ? Html.Of($"""<p class="dim">No pool is set.</p>""")
            : Html.Of($"""<ol class="list">{Html.Join(pool.Pools.Select(url => Html.Of($"<li>{url}</li>")))}</ol>""");
        var algorithms = string.Join(", ", pool.Algorithms.Select(algorithm => algorithm.WireName()));
        return Html.Of($"""
            <div class="columns"><section><h2>In use</h2>{PageFrame.List(Rows(pool))}</section>
            <section><h2>In order of preference</h2>{(isListed ? list : default)}{PageFrame.List([("algorithms", algorithms)])}</section></div>
            """);
    }

    /// <summary>A sample belongs to the pool that served at its end.</summary>
    private static IEnumerable<Html> Counts(IEnumerable<HistorySample> samples)
        => samples.GroupBy(sample => sample.Pool ?? "no pool").OrderByDescending(group => group.Sum(sample => sample.Shares.Accepted)).Select(group =>
        {
            var shares = group.Aggregate(default(ShareCounts), (sum, sample) => sum + sample.Shares);
            return Html.Of($"""
                <tr><td data-label="pool">{group.Key}</td><td class="number" data-label="accepted">{PageText.Whole(shares.Accepted)}</td>
                <td class="number" data-label="not accepted">{PageText.Whole(shares.NotAccepted)}</td>
                <td class="number" data-label="reject rate">{PageText.Percent(shares.RejectRate)}</td>
                <td class="number" data-label="credited hashes">{PageText.Large(group.Sum(sample => sample.Credited ?? 0))}</td></tr>
                """);
        });

    private static string? IfAny(long number) => number == 0 ? null : PageText.Whole(number);
}
