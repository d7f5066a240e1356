using System.Text.Json.Nodes;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using static P2PMiner.Silo.Tests.Api.ApiFixtures;

namespace P2PMiner.Silo.Tests.Api;

/// <summary>Every field that XMRig's summary has, with its type, and what tools make of them.</summary>
public sealed class MinerSummaryTests
{
    private const string Results = "diff_current int, shares_good int, shares_total int, avg_time int, avg_time_ms int, hashes_total int, best list 10 int";

    private const string Connection = "pool text?, ip text?, uptime int, uptime_ms int, ping int, failures int, tls text?, tls-fingerprint text?, algo text?, "
        + "diff int, accepted int, rejected int, avg_time int, avg_time_ms int, hashes_total int";

    [Theory]
    [InlineData("/1/summary", true)]
    [InlineData("/api.json", true)]
    [InlineData("/2/summary", false)]
    public async Task Summary_Mining_HasEachFieldWithItsType(string path, bool isFirst)
    {
        await using var web = await MiningAsync();

        var summary = await web.JsonAsync(path);

        HasShape(summary, $"""
            id text, worker_id text, uptime int, restricted bool, resources object, features list * text, version text, kind text, ua text, cpu object,
            donate_level int, paused bool, algorithms list * text, hashrate object, results object, algo text?, connection object,
            hugepages {(isFirst ? "bool" : "list 2 int")}, p2pminer object
            """);
        HasShape(summary["resources"], "memory object, load_average list 3 number, hardware_concurrency int");
        HasShape(summary["resources"]!["memory"], "free int, total int, resident_set_memory int");
        HasShape(summary["cpu"], """
            brand text, family int, model int, stepping int, proc_info int, aes bool, avx2 bool, x64 bool, 64_bit bool, l2 int, l3 int, cores int, threads int,
            packages int, nodes int, backend text, msr text, assembly text, arch text, flags list * text
            """);
        HasShape(summary["hashrate"], isFirst ? "total list 3 number?, highest number?, threads list 2 list?" : "total list 3 number?, highest number?");
        HasShape(summary["results"], isFirst ? Results + ", error_log list 0 text" : Results);
        HasShape(summary["connection"], isFirst ? Connection + ", error_log list 0 text" : Connection);
        Assert.Matches("^[0-9a-f]{16}$", (string)summary["id"]!);
        Assert.Matches(@"^\d+\.\d+\.\d+", (string)summary["version"]!);
        Assert.Matches(@"^p2p-miner/\S+ \(Linux (x86_64|aarch64)\)$", (string)summary["ua"]!);
        Assert.DoesNotContain("xmrig", summary.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Summary_Mining_TellsThisNode()
    {
        await using var web = await MiningAsync();

        var summary = await web.JsonAsync("/1/summary");

        Assert.Equal(("miner", "attic", "rx/0"), ((string)summary["kind"]!, (string)summary["worker_id"]!, (string)summary["algo"]!));
        Assert.Equal("[100.51,98,null]", summary["hashrate"]!["total"]!.ToJsonString());
        Assert.Equal("[[50.26,49,48],[50.26,49,48]]", summary["hashrate"]!["threads"]!.ToJsonString());
        Assert.Equal(105.5, (double)summary["hashrate"]!["highest"]!);
        Assert.Equal((3, 4, 30, 30_000), ((int)summary["results"]!["shares_good"]!, (int)summary["results"]!["shares_total"]!,
            (int)summary["results"]!["avg_time"]!, (int)summary["results"]!["avg_time_ms"]!));
        Assert.Equal("[390000,260000,130000,0,0,0,0,0,0,0]", summary["results"]!["best"]!.ToJsonString());
        Assert.Equal((360_000, 120_000), ((int)summary["results"]!["hashes_total"]!, (int)summary["results"]!["diff_current"]!));
        Assert.Equal(("pool.example:443", 61, 23, "TLSv1.3"), ((string)summary["connection"]!["pool"]!, (int)summary["connection"]!["uptime"]!,
            (int)summary["connection"]!["ping"]!, (string)summary["connection"]!["tls"]!));
        // This node's, not those of all nodes.
        Assert.Equal((3, 1), ((int)summary["connection"]!["accepted"]!, (int)summary["connection"]!["rejected"]!));
        Assert.Equal((false, true), ((bool)summary["paused"]!, (bool)summary["restricted"]!));
        Assert.Equal(90, (int)summary["uptime"]!);
    }

    [Fact]
    public async Task Summary_AnotherNodeHashesForIt_CountsInTheTotal()
    {
        await using var web = await MiningAsync();
        web.Source.Peers[0] = web.Source.Peers[0] with { RemoteRate = new(500) };

        Assert.Equal("[600.51,598,null]", (await web.JsonAsync("/2/summary"))["hashrate"]!["total"]!.ToJsonString());
    }

    [Theory]
    [InlineData(PeerState.Paused, true)]
    [InlineData(PeerState.Drained, true)]
    [InlineData(PeerState.Preparing, false)]
    public async Task Summary_Paused_SaysSo(PeerState state, bool paused)
    {
        await using var web = await MiningAsync();
        web.Source.Peers[0] = web.Source.Peers[0] with { State = state };

        Assert.Equal(paused, (bool)(await web.JsonAsync("/1/summary"))["paused"]!);
    }

    [Fact]
    public async Task Summary_NoMaster_TellsTheNodeAlone()
    {
        await using var web = await MiningAsync();
        web.Source.Failure = new InvalidOperationException("no master is known yet");

        var summary = await web.JsonAsync("/1/summary");

        Assert.Equal("[100.51,98,null]", summary["hashrate"]!["total"]!.ToJsonString());
        Assert.Equal((null, 0, 0), ((string?)summary["connection"]!["pool"], (int)summary["connection"]!["uptime"]!, (int)summary["results"]!["diff_current"]!));
        Assert.Equal(3, (int)summary["results"]!["shares_good"]!);
    }

    [Fact]
    public async Task Summary_JustStarted_HasNullsAndZerosAndNoFieldLess()
    {
        await using var web = await Web.WebUnderTest.StartAsync();
        web.Source.Engine = new() { Threads = 2, Rates = default };

        var summary = await web.JsonAsync("/1/summary");

        Assert.Equal("[null,null,null]", summary["hashrate"]!["total"]!.ToJsonString());
        Assert.Equal("[]", summary["hashrate"]!["threads"]!.ToJsonString());
        Assert.Null(summary["hashrate"]!["highest"]);
        Assert.Null(summary["algo"]);
        Assert.Equal((0, 0), ((int)summary["results"]!["shares_total"]!, (int)summary["results"]!["avg_time"]!));
    }

    [Fact]
    public async Task Backends_Mining_HasTheCpuWithItsThreads()
    {
        await using var web = await MiningAsync();

        var backend = Assert.Single((await web.JsonAsync("/2/backends")).AsArray());

        HasShape(backend, """
            type text, enabled bool, algo text?, profile text?, hw-aes bool, priority number, msr bool, asm text, argon2-impl text?, hugepages list 2 int,
            memory int, hashrate list 3 number?, threads list 2 object
            """);
        HasShape(backend!["threads"]![0], "intensity int, affinity number, av int, hashrate list 3 number?");
        Assert.Equal(("cpu", "[1000,1168]"), ((string)backend["type"]!, backend["hugepages"]!.ToJsonString()));
    }

    [Fact]
    public async Task MmpOs_Mining_HasItsFields()
    {
        await using var web = await MiningAsync();
        web.Api.Shares.Count(ShareOutcome.Invalid);

        var answer = await web.JsonAsync("/mmpos");

        HasShape(answer, "busid list 1 text, hash list 1 number, units text, air list 3 text, shares object, miner_name text, miner_version text");
        HasShape(answer["shares"], "accepted list 1 int, rejected list 1 int, invalid list 1 int");
        Assert.Equal(("""["3","1","1"]""", "p2p-miner"), (answer["air"]!.ToJsonString(), (string)answer["miner_name"]!));
    }

    /// <summary>Reads what the known exporters for Prometheus read, and fails as they do: each of these is looked up without a default.</summary>
    [Fact]
    public async Task Exporter_ReadsASummary_FindsAllItNeeds()
    {
        await using var web = await MiningAsync();

        var summary = await web.JsonAsync("/1/summary");

        Dictionary<string, double> gauges = [];
        foreach (var (index, rate) in summary["hashrate"]!["total"]!.AsArray().Index())
        {
            gauges[$"xmrig_hashrate{index}"] = (double?)rate ?? 0;
        }

        foreach (var (thread, rates) in summary["hashrate"]!["threads"]!.AsArray().Index())
        {
            gauges[$"xmrig_thread_hashrate0_{thread}"] = (double?)rates![0] ?? 0;
        }

        foreach (var name in new[] { "diff_current", "shares_good", "shares_total", "avg_time", "hashes_total" })
        {
            gauges[$"xmrig_{name}"] = (double)summary["results"]![name]!;
        }

        gauges["xmrig_best"] = (double)summary["results"]!["best"]![0]!;
        gauges["xmrig_errors"] = summary["results"]!["error_log"]!.AsArray().Count;
        foreach (var name in new[] { "uptime", "ping", "failures" })
        {
            gauges[$"xmrig_connection_{name}"] = (double)summary["connection"]![name]!;
        }

        Assert.Equal((100.51, 50.26, 3.0, 390_000.0), (gauges["xmrig_hashrate0"], gauges["xmrig_thread_hashrate0_1"], gauges["xmrig_shares_good"], gauges["xmrig_best"]));
    }

    [Fact]
    public async Task EveryNumber_OfAnyEndpoint_IsFinite()
    {
        await using var web = await MiningAsync();
        web.Source.Job = web.Source.Job with { Difficulty = double.NaN };
        web.Source.Engine = web.Source.Engine with { Rates = new() { TenSeconds = new(double.PositiveInfinity), Highest = new(double.NaN) } };

        var summary = await web.JsonAsync("/1/summary");

        Assert.Null(summary["hashrate"]!["highest"]);
        Assert.Null(summary["hashrate"]!["total"]![0]);
    }
}
