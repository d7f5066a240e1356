using System.Net;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Silo.Tests.Web;
using static P2PMiner.Silo.Tests.Api.ApiFixtures;

namespace P2PMiner.Silo.Tests.Api;

public sealed class HistoryApiTests
{
    private const string Id = "000000000000000000000000000000ff";

    [Theory]
    [InlineData("", 24, HistoryStep.Minute)]
    [InlineData("?range=1h", 1, HistoryStep.Minute)]
    [InlineData("?range=7d", 168, HistoryStep.TenMinutes)]
    [InlineData("?range=30d&step=600", 720, HistoryStep.TenMinutes)]
    [InlineData("?range=1h&step=600", 1, HistoryStep.TenMinutes)]
    public async Task History_ARange_IsReadFromTheStore(string query, int hours, HistoryStep step)
    {
        await using var web = await MiningAsync();

        await web.JsonAsync("/api/v1/history" + query);

        Assert.Equal((null, TimeSpan.FromHours(hours), web.Clock.GetUtcNow(), step),
            (web.History.Asked.Node, web.History.Asked.To - web.History.Asked.From, web.History.Asked.To, web.History.Asked.Step));
    }

    [Fact]
    public async Task History_OfANodeFromTo_IsAskedSo()
    {
        await using var web = await MiningAsync();

        var history = await web.JsonAsync($"/api/v1/history?node={Id}&from=1700000000000&to=1700003600000");

        Assert.Equal((new NodeId(255), DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), DateTimeOffset.FromUnixTimeSeconds(1_700_003_600)),
            (web.History.Asked.Node, web.History.Asked.From, web.History.Asked.To));
        // That long ago there are no minutes.
        Assert.Equal((HistoryStep.TenMinutes, Id, 600), (web.History.Asked.Step, (string)history["node"]!, (int)history["step_seconds"]!));
    }

    [Theory]
    [InlineData("range=5x", "range: not a number")]
    [InlineData("range=0h", "range: not a number")]
    [InlineData("range=-1h", "range: not a number")]
    [InlineData("range=401d", "range: not a number")]
    [InlineData("range=99999999999h", "range: not a number")]
    [InlineData("range=1h&from=5", "range: not together")]
    [InlineData("range=1h&range=2h", "range: given more than once")]
    [InlineData("from=yesterday", "from, to: not unix milliseconds")]
    [InlineData("from=2000&to=1000", "from, to: not a range")]
    [InlineData("from=0", "from, to: not a range")]
    [InlineData("to=99999999999999999999", "from, to: not unix milliseconds")]
    [InlineData("node=12", "node: not an id")]
    [InlineData("node=", "node: not an id")]
    [InlineData("step=5", "step: not 60 or 600")]
    [InlineData("most=0", "most: not 1 to 1000")]
    [InlineData("most=1001", "most: not 1 to 1000")]
    [InlineData("hours=1", "hours: unknown; there are node, range")]
    public async Task Get_WrongQuery_SaysWhatIsWrong(string query, string message)
    {
        await using var web = await MiningAsync();

        foreach (var path in new[] { "history", "history.csv", "events" })
        {
            var (status, error) = await ErrorAsync(await web.GetAsync($"/api/v1/{path}?{query}"));
            Assert.Equal(400, status);
            Assert.StartsWith(message, error);
        }
    }

    [Fact]
    public async Task History_Samples_HaveEachFieldWithItsType()
    {
        await using var web = await MiningAsync();
        web.History.Samples.AddRange([OfNode(), OfCluster()]);

        var samples = (await web.JsonAsync("/api/v1/history"))["samples"]!.AsArray();

        Assert.All(samples, sample => HasShape(sample, """
            time int, observed_seconds int, hashrate number, hashes int, accepted int, stale int, duplicate int, low_difficulty int, invalid int,
            outside_lease int, rejected int, lost int, quarantined int, difficulty number?, latency_ms number?, pool text?, nodes int?, credited_hashes number?,
            state text?, threads int?, hugepages int?, hugepages_wanted int?, dataset_mode text?, celsius number?, watts number?
            """));
        Assert.Equal((1_700_000_040_000, 98.5, 3, "mining", 61.5), ((long)samples[0]!["time"]!, (double)samples[0]!["hashrate"]!, (int)samples[0]!["accepted"]!,
            (string)samples[0]!["state"]!, (double)samples[0]!["celsius"]!));
    }

    [Fact]
    public async Task Table_Samples_AreRowsThatNoSpreadsheetTakesForFormulas()
    {
        await using var web = await MiningAsync();
        web.History.Samples.AddRange([OfNode(), OfCluster() with { Pool = "=cmd|' /c calc'!A1, \"x\"" }]);

        using var answer = await web.GetAsync($"/api/v1/history.csv?node={Id}");

        Assert.Equal(("text/csv", "attachment", "p2p-miner-00000000.csv"), (answer.Content.Headers.ContentType?.MediaType,
            answer.Content.Headers.ContentDisposition?.DispositionType, answer.Content.Headers.ContentDisposition?.FileName));
        Assert.Equal(
            "time,observed_seconds,hashrate,hashes,accepted,stale,duplicate,low_difficulty,invalid,outside_lease,rejected,lost,quarantined,difficulty,latency_ms,"
            + "pool,nodes,credited_hashes,state,threads,hugepages,hugepages_wanted,dataset_mode,celsius,watts\r\n"
            + "1700000040000,60,98.5,5910,3,1,0,0,0,0,0,0,0,,,,,,mining,2,10,20,fast,61.5,\r\n"
            + "1700000040000,60,200,12000,0,0,0,0,0,0,0,0,0,5000,20,\"'=cmd|' /c calc'!A1, \"\"x\"\"\",2,1000,,,,,,,\r\n",
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Events_Some_HaveEachFieldWithItsType()
    {
        await using var web = await MiningAsync();
        web.History.Events.Add(new() { Source = new(1), Number = 5, UnixMs = 1_700_000_000_000, Kind = "joined", Node = new(255), Text = "attic has joined" });
        web.History.Events.Add(new() { Source = new(1), Number = 6, UnixMs = 1_700_000_001_000, Kind = "pool-lost", Text = "pool.example:1" });

        var answer = await web.JsonAsync($"/api/v1/events?range=7d&most=5&node={Id}");

        Assert.Equal((new NodeId(255), 5), (web.History.Asked.Node, web.History.Asked.Most));
        Assert.All(answer["events"]!.AsArray(), one => HasShape(one, "time int, kind text, node text?, text text, source text, number int"));
        Assert.Equal((2, "joined", Id), (answer["events"]!.AsArray().Count, (string)answer["events"]![0]!["kind"]!, (string)answer["events"]![0]!["node"]!));
    }

    private static HistorySample OfNode() => new()
    {
        Node = new(255), UnixSeconds = 1_700_000_040, ObservedSeconds = 60, Rate = new(98.5), Hashes = 5910, Shares = new() { Accepted = 3, Stale = 1 },
        State = PeerState.Mining, Threads = 2, HugePages = 10, HugePagesWanted = 20, DatasetMode = "fast", Celsius = 61.5,
    };

    private static HistorySample OfCluster() => new()
    {
        UnixSeconds = 1_700_000_040, ObservedSeconds = 60, Rate = new(200), Hashes = 12_000, Shares = default, Difficulty = 5000,
        Latency = TimeSpan.FromMilliseconds(20), Pool = "pool.example:1", Nodes = 2, Credited = 1000,
    };
}
