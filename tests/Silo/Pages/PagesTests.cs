using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Tests.Api;
using P2PMiner.Silo.Tests.Web;

namespace P2PMiner.Silo.Tests.Pages;

public sealed class PagesTests
{
    private const string Evil = "<script>alert('x')</script>\"&";
    private static readonly string EncodedEvil = WebUtility.HtmlEncode(Evil).Replace("&#39;", "&#x27;");

    [Fact]
    public async Task Pages_TextOfOtherMachines_IsNeverMarkup()
    {
        await using var web = await ApiFixtures.MiningAsync();
        web.Source.Pool = new() { State = PoolState.Connected, Pool = Evil, Ip = Evil, Tls = Evil, TlsFingerprint = Evil, LastError = Evil, Pools = [Evil] };
        web.Source.Job = web.Source.Job with { JobId = Evil, Pool = Evil };
        web.Source.Peers.Clear();
        var peer = ApiFixtures.Peer(web.Api.Node, Evil);
        var about = peer.Capabilities with { Cpu = Evil, Version = Evil, Isa = [Evil] };
        web.Source.Peers.Add(peer with { DatasetMode = Evil, Failure = Evil, Capabilities = about });
        web.History.Samples.Add(web.Sample(TimeSpan.FromMinutes(20)) with { Pool = Evil, DatasetMode = Evil });
        web.History.Nodes.Add(new() { Node = ApiFixtures.Second, HostName = Evil, LastSeen = 1 });
        web.History.Events.Add(web.Event(TimeSpan.FromHours(1), EventKind.PoolLost, Evil, web.Api.Node));
        web.Api.Logs[web.Api.Node] = [Evil];

        foreach (var (path, times) in new[] { ("/", 14), ("/pools", 7), ("/events", 1), ($"/nodes/{web.Api.Node}", 10) })
        {
            var html = await web.HtmlAsync(path);
            Assert.DoesNotContain("<script>", html);
            Assert.DoesNotContain("'x'", html);
            Assert.True(html.Split(EncodedEvil).Length - 1 >= times, $"{path}: {html.Split(EncodedEvil).Length - 1} times");
        }
    }

    [Theory]
    [InlineData("/?range=2h", "range: not one of 1h, 24h, 7d, 30d")]
    [InlineData("/?sort=colour", "sort: not one of name, state, rate, accepted, temperature, version")]
    [InlineData("/pools?range=", "range: not one of 1h, 24h, 7d, 30d")]
    [InlineData("/events?node=cellar", "node: not an id of 32 hex digits")]
    public async Task Pages_WrongQuery_IsNamed(string path, string problem)
    {
        await using var web = await ApiFixtures.MiningAsync();

        using var answer = await web.GetAsync(path, ("Accept", "text/html"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(problem, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/nodes/cellar")]
    [InlineData("/nodes/000000000000000000000000000000ff")]
    public async Task NodePage_OfNobody_IsNotFound(string path)
    {
        await using var web = await ApiFixtures.MiningAsync();

        using var answer = await web.GetAsync(path, ("Accept", "text/html"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no such node.", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task NodePage_OfALivingNode_ShowsMachineThreadsChartsAndLog()
    {
        await using var web = await ApiFixtures.MiningAsync();
        web.Api.Logs[web.Api.Node] = ["[2026-01-31 12:34:56.789] accepted (1/0)", "[2026-01-31 12:34:57.000] new job"];
        web.History.Samples.Add(web.Sample(TimeSpan.FromMinutes(20), web.Api.Node) with { Celsius = 71.4, Watts = 65.5 });

        var html = await web.HtmlAsync($"/nodes/{web.Api.Node}?range=7d");

        Assert.Contains("<dt>processor</dt><dd>Example CPU</dd>", html);
        Assert.Contains("state</span><b>mining</b><small>master</small>", html);
        Assert.Contains("temperature</span><b>71 &#xB0;C</b><small>65.5 W</small>", html);
        Assert.Contains("Temperature of the processor, 7d: 71 &#xB0;C", html);
        Assert.Contains("Power of the processor", html);
        Assert.Contains("Each thread", html);
        Assert.Contains("accepted (1/0)&#xA;[2026-01-31 12:34:57.000] new job</pre>", html);
        Assert.Contains($"""href="/api/v1/history.csv?range=7d&amp;node={web.Api.Node}""", html);
    }

    [Fact]
    public async Task NodePage_OfALostNode_KeepsItsPast()
    {
        await using var web = await ApiFixtures.MiningAsync();
        var lost = new NodeId(77);
        web.History.Nodes.Add(new() { Node = lost, HostName = "shed", LastSeen = 1 });
        web.History.Samples.Add(web.Sample(TimeSpan.FromMinutes(20), lost));

        var html = await web.HtmlAsync($"/nodes/{lost}");

        Assert.Contains("<h2>shed ", html);
        Assert.Contains("state</span><b>unknown</b>", html);
        Assert.Contains("Rate, 24h: 100.0 H/s to 100.0 H/s", html);
        Assert.DoesNotContain("Temperature of the processor", html);
        Assert.Contains("The node does not answer.", html);
    }

    [Fact]
    public async Task PoolPage_CountsOfEachPool_AreThoseOfItsSamples()
    {
        await using var web = await ApiFixtures.MiningAsync();
        Add(60, "a.example:1", new() { Accepted = 9, Stale = 1 });
        Add(50, "b.example:1", new() { Rejected = 2 });
        Add(40, "a.example:1", new() { Accepted = 1 });
        Add(30, null, default);

        var html = await web.HtmlAsync("/pools");

        Assert.Contains(Row("a.example:1", 10, 1, "9.09 %"), html);
        Assert.Contains(Row("b.example:1", 0, 2, "100 %"), html);
        Assert.Contains(Row("no pool", 0, 0, "unknown"), html);
        Assert.Contains("<li>stratum&#x2B;ssl://pool.example:443</li>", html);

        void Add(int minutes, string? pool, ShareCounts shares)
            => web.History.Samples.Add(web.Sample(TimeSpan.FromMinutes(minutes)) with { Pool = pool, Shares = shares });

        static string Row(string pool, int accepted, int others, string rate) => $"""
            <tr><td data-label="pool">{pool}</td><td class="number" data-label="accepted">{accepted}</td>
            <td class="number" data-label="not accepted">{others}</td>
            <td class="number" data-label="reject rate">{rate}</td>
            """;
    }

    [Theory]
    [InlineData("/", "/steer/pause", "/steer/invite")]
    [InlineData("/pools", "/steer/pool/remove", "/steer/pool/add")]
    [InlineData("/nodes/{0}", "/steer/pause", "/steer/threads")]
    public async Task Pages_ForWhoMaySteer_HaveTheForms_AndForOthersTheReason(string path, params string[] forms)
    {
        await using var web = await ApiFixtures.MiningAsync(new() { Token = "an-owl-in-the-barn", ViewToken = "a-cat-on-the-roof" });
        path = string.Format(CultureInfo.InvariantCulture, path, web.Api.Node);

        var steering = await PageAsync("an-owl-in-the-barn");
        var looking = await PageAsync("a-cat-on-the-roof");

        Assert.All(forms, form => Assert.Contains($"action=\"{form}\"", steering));
        Assert.DoesNotContain("<form", looking);
        Assert.Contains("Web:ViewToken may only look", looking);

        async Task<string> PageAsync(string token)
        {
            using var login = await web.LogInAsync(token);
            using var answer = await web.GetAsync(
                path, ("Accept", "text/html"), ("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]));
            return await answer.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task Stream_OfAPage_SendsAllPartsAndThenThoseThatChanged()
    {
        await using var web = await ApiFixtures.MiningAsync();
        using var client = web.Client();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");

        using var stream = new StreamReader(await client.GetStreamAsync("/"));
        var first = await NextAsync(stream);
        web.Source.Pool = web.Source.Pool with { LastError = "a new error" };
        web.Clock.Advance(TimeSpan.FromSeconds(2));
        var second = await NextAsync(stream);

        Assert.Equal(["now", "means", "rate", "shares", "nodes", "about", "events"], first.Select(part => part.Key));
        Assert.Contains("a new error", second["about"]!.ToString());
        Assert.DoesNotContain("rate", second.Select(part => part.Key));
    }

    [Fact]
    public async Task Stream_NothingNew_SendsACommentOnly()
    {
        await using var web = await ApiFixtures.MiningAsync();
        using var client = web.Client();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");

        using var stream = new StreamReader(await client.GetStreamAsync("/events"));
        await NextAsync(stream);
        web.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(":", await stream.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/style.css", "text/css", "body {")]
    [InlineData("/live.js", "text/javascript", "EventSource")]
    public async Task Assets_WithoutAToken_AreServedAlsoWhereOneIsNeeded(string path, string type, string part)
    {
        await using var web = await WebUnderTest.StartAsync(new() { Token = "an-owl-in-the-barn" });

        using var answer = await web.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(part, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonObject> NextAsync(StreamReader stream)
    {
        Assert.Equal("event: parts", await stream.ReadLineAsync(TestContext.Current.CancellationToken));
        var data = await stream.ReadLineAsync(TestContext.Current.CancellationToken);
        await stream.ReadLineAsync(TestContext.Current.CancellationToken);
        return JsonNode.Parse(data!["data: ".Length..])!.AsObject();
    }
}
