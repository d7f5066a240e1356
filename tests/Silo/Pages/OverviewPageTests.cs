using System.Net;
using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Tests.Api;
using P2PMiner.Silo.Tests.Terminal;
using P2PMiner.Silo.Tests.Web;

namespace P2PMiner.Silo.Tests.Pages;

public sealed class OverviewPageTests
{
    [Fact]
    public async Task Overview_OfACluster_ListsNodesSharesPoolAndJob()
    {
        await using var web = await ApiFixtures.MiningAsync();
        web.History.Samples.Add(web.Sample(TimeSpan.FromMinutes(20)) with { Shares = new() { Accepted = 71, Rejected = 2, Stale = 3 } });

        var html = await web.HtmlAsync("/");

        Assert.Contains($"""<td class="text" data-label="name"><a href="/nodes/{web.Api.Node}">attic</a></td><td class="text" data-label="state">mining</td>""", html);
        Assert.Contains("""<td class="text" data-label="hashing">fast, 2 threads</td><td class="number" data-label="rate now">100.5 H/s</td>""", html);
        Assert.Contains("""data-label="60 s">98.0 H/s</td>""", html);
        Assert.Contains($"""<a href="/nodes/{ApiFixtures.Second}">{ApiFixtures.Second.Short}</a></td><td class="text" data-label="state"><span class="bad">gone for 0 s</span>""", html);
        Assert.Contains("shares in 24h</span><b>71</b>", html);
        Assert.Contains("reject rate in 24h</span><b>6.58 %</b><small>5 not accepted</small>", html);
        Assert.Contains("time to a share</span><b>19 min</b><small>difficulty 120 k</small>", html);
        Assert.Contains("time to a block</span><b>unknown</b>", html);
        Assert.Contains("<dt>pool</dt><dd>pool.example:443</dd>", html);
        Assert.DoesNotContain("requests retried", html);
        Assert.Contains("<dt>height</dt><dd>3\u00A0000\u00A0000</dd>".Replace("\u00A0", "&#xA0;"), html);
        Assert.Contains("""<a href="/orleans/">""", html);
        Assert.Contains("""<noscript><meta http-equiv="refresh" content="30"></noscript>""", html);
    }

    [Fact]
    public async Task Overview_NoShares_HasNoRejectRate()
    {
        await using var web = await ApiFixtures.MiningAsync();

        Assert.Contains("reject rate in 24h</span><b>unknown</b>", await web.HtmlAsync("/"));
    }

    [Fact]
    public async Task Overview_JobOfADaemon_TellsTheTimeToABlock()
    {
        await using var web = await ApiFixtures.MiningAsync();
        web.Source.Job = web.Source.Job with { NetworkDifficulty = 400e9 };

        Assert.Contains("time to a block</span><b>126 years</b><small>by ourselves, difficulty 400 G</small>", await web.HtmlAsync("/"));
    }

    [Fact]
    public async Task Overview_GhostRider_ShowsTheSpeedAveragedOverJobs()
    {
        await using var web = await ApiFixtures.MiningAsync();
        var (first, second) = (web.Api.Node, ApiFixtures.Second);
        web.Source.Job = LineTests.Job() with
        {
            Algorithm = Algorithm.GhostRider,
            Nodes = [ApiFixtures.Work(first) with { Rate = new(300) }, ApiFixtures.Work(second) with { Rate = new(50) }],
        };
        web.Source.Peers.Clear();
        web.Source.Peers.Add(ApiFixtures.Peer(second, "cellar") with { Algorithm = Algorithm.GhostRider, State = PeerState.Paused });
        web.Source.Peers.Add(ApiFixtures.Peer(first, "attic") with { Algorithm = Algorithm.GhostRider, DatasetMode = "" });

        var html = await web.HtmlAsync("/");

        Assert.Contains("<small>averaged over jobs 300.0 H/s</small>", html);
        Assert.Contains("""data-label="hashing">gr, 2 threads</td>""", html);
    }

    [Fact]
    public async Task Overview_DatasetOnEachNumaNode_SaysSo()
    {
        await using var web = await ApiFixtures.MiningAsync();
        web.Source.Peers.Clear();
        web.Source.Peers.Add(ApiFixtures.Peer(web.Api.Node, "attic") with { DatasetCopies = 2 });

        Assert.Contains("""data-label="hashing">fast on 2 NUMA nodes, 2 threads</td>""", await web.HtmlAsync("/"));
    }

    [Theory]
    [InlineData("name", "attic", "barn", "cellar")]
    [InlineData("-name", "cellar", "barn", "attic")]
    [InlineData("rate", "cellar", "attic", "barn")]
    [InlineData("-rate", "barn", "attic", "cellar")]
    [InlineData("-accepted", "cellar", "attic", "barn")]
    [InlineData("state", "barn", "attic", "cellar")]
    [InlineData("-version", "barn", "cellar", "attic")]
    [InlineData("temperature", "cellar", "barn", "attic")]
    public async Task Overview_Sorted_HasItsNodesInThatOrder(string sort, params string[] order)
    {
        await using var web = await ApiFixtures.MiningAsync();
        NodeId[] ids = [new(1), new(2), new(3)];
        long[] accepted = [5, 1, 9];
        web.Source.Job = web.Source.Job with { Nodes = [.. ids.Zip(accepted, (id, count) => ApiFixtures.Work(id) with { Accepted = count })] };
        web.Source.Peers.Clear();
        Add(ids[0], "attic", PeerState.Mining, 100, "1.0.0");
        Add(ids[1], "barn", PeerState.Idle, 200, "1.2.0");
        Add(ids[2], "cellar", PeerState.Paused, 0, "1.1.0");
        web.History.Samples.Add(web.Sample(TimeSpan.FromMinutes(10), ids[0]) with { Celsius = 80 });
        web.History.Samples.Add(web.Sample(TimeSpan.FromMinutes(10), ids[1]) with { Celsius = 40 });

        var html = await web.HtmlAsync($"/?sort={sort}");

        Assert.Equal(order, order.OrderBy(name => html.IndexOf($">{name}</a>", StringComparison.Ordinal)));
        Assert.Contains(sort.StartsWith('-') ? "aria-sort=\"descending\"" : "aria-sort=\"ascending\"", html);

        void Add(NodeId id, string name, PeerState state, double rate, string version)
        {
            var peer = ApiFixtures.Peer(id, name);
            web.Source.Peers.Add(peer with
            {
                State = state,
                Rates = new() { Current = new(rate) },
                Capabilities = peer.Capabilities with { Version = version },
            });
        }
    }

    [Fact]
    public async Task Overview_NoSession_SaysWhyAndShowsWhatWasWrittenDown()
    {
        await using var web = await ApiFixtures.MiningAsync();
        web.Source.Failure = new InvalidOperationException("no <master> is known yet");
        web.History.Nodes.Add(new() { Node = ApiFixtures.Second, HostName = "cellar", LastSeen = 1 });
        web.History.Samples.Add(web.Sample(TimeSpan.FromMinutes(20)) with { Shares = new() { Accepted = 71 } });

        using var answer = await web.GetAsync("/", ("Accept", "text/html"));
        using var text = await web.GetAsync("/");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (answer.StatusCode, text.StatusCode));
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains("No session yet:</b> no &lt;master&gt; is known yet", html);
        Assert.Contains("shares in 24h</span><b>71</b>", html);
        Assert.Contains(">cellar</a>", html);
        Assert.Contains("http-equiv=\"refresh\"", html);
        Assert.Equal("no session yet: no <master> is known yet\n", await text.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Overview_Events_AreMarkedOnTheChartAndListedLatestFirst()
    {
        await using var web = await ApiFixtures.MiningAsync();
        web.History.Events.Add(web.Event(TimeSpan.FromHours(2), EventKind.Started, "p2p-miner has started"));
        web.History.Events.Add(web.Event(TimeSpan.FromHours(1), EventKind.PoolLost, "the connection is lost"));

        var html = await web.HtmlAsync("/");

        Assert.True(html.LastIndexOf("the connection is lost", StringComparison.Ordinal) < html.LastIndexOf("p2p-miner has started", StringComparison.Ordinal));
        Assert.Equal(1, html.Split("class=\"mark hit\"").Length - 1);
    }
}
