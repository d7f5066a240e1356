using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.Steering;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Pages;

/// <summary>One node: how it stands, what it did, what its machine is, what happened to it and what it logged last.</summary>
internal static class NodePage
{
    private const int EventsShown = 12;

    /// <param name="node">One that the cluster knows or knew; another one has no page.</param>
    /// <returns>False: nobody knows that node.</returns>
    public static async Task<bool> FillAsync(LivePage page, PageQuery query, PageReader reader, NodeId node)
    {
        var frame = reader.FrameOf(query.Range);
        var (cluster, silence) = await reader.ReadClusterAsync();
        var known = (await reader.GetNodesAsync()).FirstOrDefault(one => one.Node == node);
        var (work, peer) = cluster?.Nodes.FirstOrDefault(one => one.Work.Node == node) ?? default;
        if (work is null && known is null && node != reader.Self)
        {
            return false;
        }

        var own = node == reader.Self ? await reader.ReadNodeAsync() : null;
        peer ??= own?.Peer;
        var samples = await reader.ReadAsync(node, frame);
        var last = samples.LastOrDefault(sample => sample is not null);
        var means = await reader.ReadMeansAsync(node);
        var events = await reader.ReadEventsAsync(node, frame);
        var name = peer?.Capabilities.HostName ?? known?.HostName ?? "";
        page.Title = $"P2PMiner: {(name.Length > 0 ? name : node.Short)}";
        page.Body = Html.Of($"""
            {PageFrame.Header(PageFrame.NodePath(node))}<main id="main">{page.Notice}
            <h2>{(name.Length > 0 ? name : "Node")} <span class="dim">{node.Short}</span></h2>
            {page.Part("now", Html.Join([cluster is null ? PageFrame.Silence(silence) : default, PageFrame.Cards(Cards(cluster, node, work, peer, last))]))}
            {page.Part("steer", SteerForms.OfNode(page.Visitor, query.Path, node, peer?.State, peer?.Threads ?? 0, work is { Quarantined: true }))}
            {PageFrame.Ranges(query, "History")}
            {page.Part("means", PageFrame.Means(means))}
            {page.Part("charts", Html.Join(Charts(frame, samples, PageFrame.Marks(events))))}
            <p><a href="{PageFrame.TablePath(node, query.Range)}" download>These samples as CSV</a></p>
            {page.Part("about", Html.Of($"""
                <div class="columns"><section><h2>Machine</h2>{PageFrame.List(Machine(node, peer, cluster))}</section>
                <section><h2>Hashing</h2>{PageFrame.List(Hashing(peer))}</section></div>{(own is null ? default : Threads(own))}
                """))}
            <h2>Events</h2>{page.Part("events", PageFrame.Events(events, frame, EventsShown))}
            <p><a href="/events?range={query.Range.Name}&amp;node={node}">All events of this node</a></p>
            <h2>Last lines of its log</h2>{page.Part("log", Log(await reader.ReadLogAsync(node)))}
            </main>
            """);
        return true;
    }

    private static IEnumerable<(string, string, string)> Cards(ClusterView? cluster, NodeId node, NodeWork? work, PeerStatus? peer, HistorySample? last)
    {
        var isMaster = cluster?.Mastership.Master?.Node == node;
        var state = work is not null ? NodeText.State(work, peer) : peer?.State.ToString().ToLowerInvariant() ?? PageText.Unknown;
        yield return ("state", state, isMaster ? "master" : "");
        yield return ("rate now", PageText.Rate(ClusterView.RateOf(peer)), "");
        yield return ("60 s", PageText.Rate(peer?.Rates.Minute?.PerSecond), $"15 min {PageText.Rate(peer?.Rates.QuarterHour?.PerSecond)}");
        var wrong = work is { Invalid: > 0 } ? $"{PageText.Whole(work.Invalid)} wrong hashes" : "under this master";
        yield return ("accepted", PageText.Whole(work?.Accepted), wrong);
        yield return ("threads", PageText.Whole(peer?.Threads), peer is null ? "" : $"of {PageText.Whole(peer.Capabilities.Threads)}");
        var pages = peer is null ? "" : $"{PageText.Whole(peer.HugePages)} of {PageText.Whole(peer.HugePagesWanted)}";
        yield return ("huge pages", peer is null ? PageText.Unknown : NodeText.HugePages(peer), pages);
        yield return ("temperature", PageText.Celsius(last?.Celsius), last?.Watts is null ? "" : PageText.Watts(last.Watts));
    }

    private static IEnumerable<Html> Charts(TimeFrame frame, IReadOnlyList<HistorySample?> samples, IReadOnlyList<HistoryEvent> marks)
    {
        yield return Chart.Rates(frame, "Rate", samples, marks);
        yield return Chart.Shares(frame, samples);

        // Many machines tell neither.
        if (samples.Any(sample => sample?.Celsius is not null))
        {
            yield return new Chart(frame, "Temperature of the processor").Line([.. samples.Select(sample => sample?.Celsius)], PageText.Celsius);
        }

        if (samples.Any(sample => sample?.Watts is not null))
        {
            yield return new Chart(frame, "Power of the processor").Line([.. samples.Select(sample => sample?.Watts)], PageText.Watts);
        }
    }

    private static IEnumerable<(string, string?)> Machine(NodeId node, PeerStatus? peer, ClusterView? cluster)
    {
        var about = peer?.Capabilities;
        return
        [
            ("id", node.ToString()), ("address", cluster?.AddressOf(node)), ("program", about?.Version), ("processor", about?.Cpu),
            ("cores", about is null ? null : PageText.Whole(about.Cores)),
            ("level 3 cache", about is { L3Bytes: > 0 } ? $"{PageText.Whole(about.L3Bytes >> 20)} MiB" : null),
            ("memory", about is null ? null : $"{PageText.Bytes(about.RamTotalBytes)}, {PageText.Bytes(about.RamUsableBytes)} of it for hashing"),
            ("NUMA nodes", about is { NumaNodes: > 0 } ? PageText.Whole(about.NumaNodes) : null),
            ("instruction sets", about is null ? null : string.Join(' ', about.Isa)),
            ("algorithms", about is null ? null : string.Join(", ", about.Algorithms.Select(algorithm => algorithm.WireName()))),
        ];
    }

    private static IEnumerable<(string, string?)> Hashing(PeerStatus? peer) => peer is null ? [("hashing", PageText.Unknown)] :
    [
        ("hashing", NodeText.Hashing(peer)), ("algorithm", peer.Algorithm?.WireName() ?? "none"), ("memory held", PageText.Bytes(peer.DatasetBytes)),
        ("copies of the dataset", peer.DatasetCopies > 1 ? PageText.Whole(peer.DatasetCopies) : null),
        ("pages of 1 GB", peer.GiantPages > 0 ? PageText.Whole(peer.GiantPages) : null), ("highest rate", PageText.Rate(peer.Rates.Highest?.PerSecond)),
        ("hashed for it", peer.RemoteHost is { } host ? $"{PageText.Rate(peer.RemoteRate.PerSecond)} at node {host.Short}" : null),
        ("hashes", PageText.Whole(peer.Rates.TotalHashes)),
    ];

    /// <summary>Only the node that is asked knows what each of its threads does.</summary>
    private static Html Threads(NodeView own)
    {
        var rows = own.Engine.ThreadRates.Select((rate, thread) => Html.Of($"""
            <tr><td class="number" data-label="thread">{thread}</td><td class="number" data-label="10 s">{PageText.Rate(rate.TenSeconds?.PerSecond)}</td>
            <td class="number" data-label="60 s">{PageText.Rate(rate.Minute?.PerSecond)}</td>
            <td class="number" data-label="15 min">{PageText.Rate(rate.QuarterHour?.PerSecond)}</td></tr>
            """));
        return own.Engine.ThreadRates.Count == 0 ? default : Html.Of($"""
            <details><summary>Each thread</summary><table><thead><tr><th scope="col" class="number">thread</th><th scope="col" class="number">10 s</th>
            <th scope="col" class="number">60 s</th><th scope="col" class="number">15 min</th></tr></thead><tbody>{Html.Join(rows)}</tbody></table></details>
            """);
    }

    private static Html Log(IReadOnlyList<string>? lines) => lines is null ? Html.Of($"""<p class="dim">The node does not answer.</p>""")
        : Html.Of($"""<pre tabindex="0" role="region" aria-label="Log">{string.Join('\n', lines)}</pre>""");
}
