using System.Net;
using System.Text.Json.Nodes;
using static P2PMiner.Silo.Tests.Api.ApiFixtures;

namespace P2PMiner.Silo.Tests.Api;

/// <summary>The cluster, with every field that xmrig-proxy's answers have.</summary>
public sealed class ProxySummaryTests
{
    [Fact]
    public async Task Summary_TwoNodes_HasEachFieldWithItsType()
    {
        await using var web = await MiningAsync();

        var summary = await web.JsonAsync("/cluster/1/summary");

        HasShape(summary, """
            id text, worker_id text, uptime int, restricted bool, resources object, features list * text, version text, kind text, algo text, mode text,
            ua text, donate_level int, donated int, hashrate object, miners object, workers int, upstreams object, results object
            """);
        HasShape(summary["hashrate"], "total list 6 number");
        HasShape(summary["miners"], "now int, max int");
        HasShape(summary["upstreams"], "active int, sleep int, error int, total int, ratio number");
        HasShape(summary["results"], """
            accepted int, rejected int, invalid int, expired int, avg_time int, latency int, hashes_total int, hashes_donate int, best list 10 int
            """);
        Assert.Equal(("proxy", 1000, 1), ((string)summary["kind"]!, (int)summary["uptime"]!, (int)summary["workers"]!));
        // In kH/s, rounded down.
        Assert.Equal("[1.5,1.5,1.5,1.5,1.5,1.5]", summary["hashrate"]!["total"]!.ToJsonString());
        Assert.Equal((5, 0, 1, 1), ((int)summary["results"]!["accepted"]!, (int)summary["results"]!["rejected"]!, (int)summary["results"]!["invalid"]!,
            (int)summary["results"]!["expired"]!));
        Assert.Equal((200, 23, 600_000), ((int)summary["results"]!["avg_time"]!, (int)summary["results"]!["latency"]!, (int)summary["results"]!["hashes_total"]!));
        Assert.Equal((1, 2), ((int)summary["miners"]!["now"]!, (int)summary["miners"]!["max"]!));
    }

    [Theory]
    [InlineData("/1/workers")]
    [InlineData("/cluster/1/workers")]
    public async Task Workers_TwoNodes_HasARowForEach(string path)
    {
        await using var web = await MiningAsync();

        var workers = await web.JsonAsync(path);

        HasShape(workers, "hashrate object, mode text, workers list 2 list");
        Assert.Equal("rig_id", (string)workers["mode"]!);
        var last = (web.Clock.GetUtcNow() - TimeSpan.FromSeconds(10)).ToUnixTimeMilliseconds();
        Assert.Equal($"""["attic","127.0.0.1",1,2,0,1,240000,{last},1,1,1,1,1]""", workers["workers"]![0]!.ToJsonString());
        Assert.Equal($"""["{Second.Short}","",0,3,0,1,360000,{last},0.5,0.5,0.5,0.5,0.5]""", workers["workers"]![1]!.ToJsonString());
    }

    [Fact]
    public async Task Workers_HostsOfOneName_AreToldApart()
    {
        await using var web = await MiningAsync();
        web.Source.Job = web.Source.Job with { Nodes = [Work(web.Api.Node), Work(Second)] };
        web.Source.Peers.Add(Peer(Second, "attic"));

        var workers = await web.JsonAsync("/1/workers");

        Assert.Equal([$"attic-{web.Api.Node.Short}", $"attic-{Second.Short}"], workers["workers"]!.AsArray().Select(row => (string)row![0]!));
    }

    [Fact]
    public async Task Cluster_MasterOfAnOlderVersion_TellsWhatIsKnown()
    {
        await using var web = await MiningAsync();
        web.Api.Counts = null;

        var (summary, workers) = (await web.JsonAsync("/cluster/1/summary"), await web.JsonAsync("/1/workers"));

        Assert.Equal("[null,null,null,null,null,null]", summary["hashrate"]!["total"]!.ToJsonString());
        Assert.Equal((5, 1), ((int)summary["results"]!["accepted"]!, (int)summary["results"]!["rejected"]!));
        Assert.Equal((13, 2), (workers["workers"]![0]!.AsArray().Count, (int)workers["workers"]![0]![3]!));
    }

    [Theory]
    [InlineData("/cluster/1/summary")]
    [InlineData("/1/workers")]
    public async Task Cluster_NoMaster_IsUnavailableAndSaysWhy(string path)
    {
        await using var web = await MiningAsync();
        web.Source.Failure = new InvalidOperationException("no master is known yet");

        Assert.Equal((503, "no session yet: no master is known yet"), await ErrorAsync(await web.GetAsync(path)));
    }

    [Fact]
    public async Task Cluster_AskedByMany_ReadsItOnceASecond()
    {
        await using var web = await MiningAsync();

        await web.JsonAsync("/1/workers");
        web.Source.Job = web.Source.Job with { Nodes = [] };
        var soon = await web.JsonAsync("/1/workers");
        web.Clock.Advance(TimeSpan.FromSeconds(1));
        var later = await web.JsonAsync("/1/workers");

        Assert.Equal((2, 0), (soon["workers"]!.AsArray().Count, later["workers"]!.AsArray().Count));
    }
}
