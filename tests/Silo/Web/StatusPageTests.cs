using System.Net;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Tests.Terminal;

namespace P2PMiner.Silo.Tests.Web;

public sealed class StatusPageTests
{
    private const string Evil = "<script>alert('x')</script>\"&";

    [Fact]
    public async Task Page_ForABrowser_ListsNodesSharesPoolAndJob()
    {
        await using var web = await WebUnderTest.StartAsync();
        var (first, second) = (new NodeId(UInt128.One << 100), new NodeId(UInt128.One << 101));
        web.Source.Job = LineTests.Job() with
        {
            Nodes = [Work(first), Work(second) with { Gone = true }],
            Shares = new Dictionary<ShareOutcome, long>
            {
                [ShareOutcome.Accepted] = 71, [ShareOutcome.Rejected] = 2,
                [ShareOutcome.Stale] = 3, [ShareOutcome.Invalid] = 0
            },
        };
        web.Source.Peers.Add(Peer(first, "attic"));
        web.Source.Pool = web.Source.Pool with { SkippedMessages = 12 };

        var html = await HtmlAsync(web);

        Assert.Contains("""<td data-label="name">attic</td><td data-label="id">00000010</td><td data-label="state">mining</td><td data-label="hashing">fast, 8 threads</td>""", html);
        Assert.Contains("""<td class="number" data-label="10 s, H/s">100.5</td><td class="number" data-label="60 s">99.0</td><td class="number" data-label="15 min">n/a</td>""", html);
        Assert.Contains("""<td data-label="id">00000020</td><td data-label="state">gone</td>""", html);
        Assert.Contains("accepted</span><b>71</b>", html);
        Assert.Contains("rejected</span><b>2</b>", html);
        Assert.Contains("stale</span><b>3</b>", html);
        Assert.DoesNotContain("invalid</span>", html);
        Assert.Contains("<dt>pool</dt><dd>pool.example:1</dd>", html);
        Assert.Contains("<dt>messages skipped</dt><dd>12</dd>", html);
        Assert.DoesNotContain("requests retried", html);
        Assert.Contains("<dt>height</dt><dd>3000000</dd>", html);
        Assert.Contains("""<a href="/orleans/">""", html);
        Assert.Contains("http-equiv=\"refresh\"", html);
    }

    [Fact]
    public async Task Page_GhostRider_ShowsTheSpeedAveragedOverJobs()
    {
        await using var web = await WebUnderTest.StartAsync();
        var (first, second) = (new NodeId(UInt128.One << 100), new NodeId(UInt128.One << 101));
        web.Source.Job = LineTests.Job() with
        {
            Algorithm = Algorithm.GhostRider,
            Nodes = [Work(first) with { Rate = new(300) }, Work(second) with { Rate = new(50) }],
        };
        web.Source.Peers.Add(Peer(second, "cellar") with { Algorithm = Algorithm.GhostRider, State = PeerState.Paused });
        web.Source.Peers.Add(Peer(first, "attic") with { Algorithm = Algorithm.GhostRider, DatasetMode = "" });

        var html = await HtmlAsync(web);

        Assert.Contains("averaged over jobs</span><b>300.0</b>", html);
        Assert.Contains("""<td data-label="hashing">gr, 8 threads</td>""", html);
    }

    [Fact]
    public async Task Page_DatasetOnEachNumaNode_SaysSo()
    {
        await using var web = await WebUnderTest.StartAsync();
        var node = new NodeId(UInt128.One << 100);
        web.Source.Job = LineTests.Job() with { Nodes = [Work(node)] };
        web.Source.Peers.Add(Peer(node, "attic") with { DatasetCopies = 2 });

        Assert.Contains("""<td data-label="hashing">fast on 2 NUMA nodes, 8 threads</td>""", await HtmlAsync(web));
    }

    [Fact]
    public async Task Page_TextOfOtherMachines_IsNeverMarkup()
    {
        await using var web = await WebUnderTest.StartAsync();
        var node = new NodeId(1);
        web.Source.Pool = new() { State = PoolState.Connected, Pool = Evil, Ip = Evil, Tls = Evil, LastError = Evil };
        web.Source.Job = LineTests.Job() with { JobId = Evil, Nodes = [Work(node)] };
        web.Source.Peers.Add(Peer(node, Evil) with { DatasetMode = Evil, Failure = Evil });

        var html = await HtmlAsync(web);

        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("'x'", html);
        // Host name, state, mode of hashing; the pool's four and the job's one.
        Assert.Equal(8, html.Split(WebUtility.HtmlEncode(Evil).Replace("&#39;", "&#x27;")).Length - 1);
    }

    [Fact]
    public async Task Page_NoSession_SaysWhyAndTriesAgain()
    {
        await using var web = await WebUnderTest.StartAsync();
        web.Source.Failure = new InvalidOperationException("no <master> is known yet");

        using var answer = await web.GetAsync("/", ("Accept", "text/html"));
        using var text = await web.GetAsync("/");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (answer.StatusCode, text.StatusCode));
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains("No session yet: no &lt;master&gt; is known yet", html);
        Assert.Contains("http-equiv=\"refresh\"", html);
        Assert.Equal("no session yet: no <master> is known yet\n", await text.Content.ReadAsStringAsync());
    }

    private static async Task<string> HtmlAsync(WebUnderTest web)
    {
        using var answer = await web.GetAsync("/", ("Accept", "text/html"));
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return await answer.Content.ReadAsStringAsync();
    }

    private static NodeWork Work(NodeId node) => new()
    {
        Node = node, TakesWork = true, Gone = false, Quarantined = false, Rate = default, HashesDone = 1, Accepted = 1, Invalid = 0, Silent = TimeSpan.Zero,
    };

    private static PeerStatus Peer(NodeId node, string name) => new()
    {
        Node = node, State = PeerState.Mining, Threads = 8, DatasetMode = "fast", DatasetProgress = 1,
        Rates = new() { TenSeconds = new HashRate(100.5), Minute = new HashRate(99), Current = new(100.5) },
        Capabilities = new()
        {
            HostName = name, Cpu = "", Cores = 8, Threads = 8, L2Bytes = 0, L3Bytes = 0, RamTotalBytes = 0, RamUsableBytes = 0, Isa = [], Version = "",
        },
    };
}
