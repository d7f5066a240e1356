using System.Net;
using System.Text.Json.Nodes;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Tests.Terminal;
using P2PMiner.Silo.Tests.Web;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Tests.Api;

/// <summary>A node, or a cluster of two, that mines: for the tests of what programs read.</summary>
internal static class ApiFixtures
{
    public static readonly NodeId Second = new(UInt128.One << 101);

    public static async Task<WebUnderTest> MiningAsync(WebOptions? options = null)
    {
        var web = await WebUnderTest.StartAsync(options);
        var thread = new HashRates { TenSeconds = new(50.256), Minute = new(49), QuarterHour = new(48), Current = new(50.256), TotalHashes = 5000 };
        web.Source.Engine = new()
        {
            Threads = 2, Algorithm = Algorithm.RandomX, DatasetMode = DatasetMode.Fast, DatasetProgress = 1, MemoryBytes = 2L << 30, Lanes = 2,
            HugePages = 1000, HugePagesWanted = 1168, Detail = "kernel avx2", ThreadRates = [thread, thread],
            Rates = new() { TenSeconds = new(100.512), Minute = new(98), Highest = new(105.5), Current = new(100.512), TotalHashes = 10_000 },
        };
        web.Source.Pool = new()
        {
            State = PoolState.Connected, Pool = "pool.example:443", Ip = "192.0.2.7", Tls = "TLSv1.3", TlsFingerprint = new string('a', 64),
            Uptime = TimeSpan.FromSeconds(61.5), Ping = TimeSpan.FromMilliseconds(23), Failures = 2, Accepted = 5, Rejected = 1, Difficulty = 120_000,
            HashesCredited = 600_000, Pools = ["stratum+ssl://pool.example:443"], Algorithms = [Algorithm.RandomX],
        };
        web.Source.Job = LineTests.Job() with
        {
            Difficulty = 120_000,
            Nodes = [Work(web.Api.Node), Work(Second) with { Gone = true, Accepted = 3 }],
            Shares = new Dictionary<ShareOutcome, long> { [ShareOutcome.Accepted] = 5, [ShareOutcome.Rejected] = 1 },
        };
        web.Source.Peers.Add(Peer(web.Api.Node, "attic"));
        web.Api.Lead();
        web.Api.Counts = new()
        {
            Age = TimeSpan.FromSeconds(1000), Total = Counts(5, 1_500_000, 1500.555),
            Nodes = [new() { Node = web.Api.Node, Work = Counts(2, 1_000_000, 1000) }, new() { Node = Second, Work = Counts(3, 500_000, 500) }],
        };
        for (var share = 1; share <= 3; share++)
        {
            web.Api.Shares.Count(ShareOutcome.Accepted);
            web.Api.Shares.Credit(120_000, 130_000 * share);
        }

        web.Api.Shares.Count(ShareOutcome.Stale);
        web.Clock.Advance(TimeSpan.FromSeconds(90));
        return web;
    }

    public static NodeWork Work(NodeId node) => new()
    {
        Node = node, TakesWork = true, Gone = false, Quarantined = false, Rate = new(99), HashesDone = 1, Accepted = 2, Invalid = 0, Silent = TimeSpan.Zero,
    };

    public static PeerStatus Peer(NodeId node, string host) => new()
    {
        Node = node, State = PeerState.Mining, Threads = 2, DatasetMode = "fast", DatasetProgress = 1, Algorithm = Algorithm.RandomX, DatasetCopies = 1,
        Rates = new() { TenSeconds = new(100.512), Minute = new(98), Current = new(100.512), TotalHashes = 10_000 },
        Capabilities = new()
        {
            HostName = host, Cpu = "Example CPU", Cores = 8, Threads = 4, L2Bytes = 1, L3Bytes = 2, RamTotalBytes = 3, RamUsableBytes = 2, Isa = ["aes"],
            Version = "1.2.3",
        },
    };

    private static WorkCounts Counts(long accepted, ulong hashes, double rate) => new()
    {
        Shares = new Dictionary<ShareOutcome, long> { [ShareOutcome.Accepted] = accepted, [ShareOutcome.Stale] = 1, [ShareOutcome.Invalid] = 1 },
        Credited = accepted * 120_000, Best = [900_000, 200_000], SinceAccepted = TimeSpan.FromSeconds(10), Hashes = hashes,
        Rates = [.. Enumerable.Repeat(new HashRate(rate), WorkCounts.Windows.Count)],
    };

    public static async Task<JsonNode> JsonAsync(this WebUnderTest web, string path, params (string Name, string Value)[] headers)
    {
        using var answer = await web.GetAsync(path, headers);
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    public static async Task<(int Status, string? Error)> ErrorAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal((int)answer.StatusCode, (int)body["status"]!);
            return ((int)answer.StatusCode, (string?)body["error"]);
        }
    }

    /// <summary>
    /// Compares each member of an object with a list of "name type": text, bool, int (0 or more), number, and with "?" after it also null; a list as
    /// "list N type". The names are all there are, in any order.
    /// </summary>
    public static void HasShape(JsonNode? node, string shape)
    {
        var wanted = shape.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(line => line.Split(' ')[0], line => line.Split(' ', 2)[1]);
        var found = Assert.IsType<JsonObject>(node);
        Assert.Equal(wanted.Keys.Order(), found.Select(member => member.Key).Order());
        foreach (var (name, type) in wanted)
        {
            Assert.True(Is(found[name], type), $"{name} should be {type} and is {found[name]?.ToJsonString() ?? "null"}");
        }
    }

    private static bool Is(JsonNode? value, string type)
    {
        if (type.EndsWith('?') && !type.StartsWith("list ", StringComparison.Ordinal))
        {
            return value is null || Is(value, type[..^1]);
        }

        var words = type.Split(' ');
        return words[0] switch
        {
            "text" => value is JsonValue text && text.TryGetValue<string>(out _),
            "bool" => value is JsonValue flag && flag.TryGetValue<bool>(out _),
            "int" => value is JsonValue whole && ulong.TryParse(whole.ToJsonString(), out _),
            "number" => value is JsonValue number && number.TryGetValue<double>(out var real) && double.IsFinite(real),
            "object" => value is JsonObject,
            "list" when words.Length == 1 => value is JsonArray,
            "list" => value is JsonArray list && (words[1] == "*" || list.Count == int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture))
                && list.All(item => Is(item, words[2])),
            _ => throw new ArgumentException($"no type {type}"),
        };
    }
}
