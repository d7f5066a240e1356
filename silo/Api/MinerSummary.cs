using System.Text.Json.Nodes;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Api;

/// <summary>One node in the form of XMRig's summary and backends, which existing tools read. It names itself p2p-miner.</summary>
internal static class MinerSummary
{
    /// <summary>As other miners write theirs.</summary>
    public static string UserAgent { get; } = $"p2p-miner/{ProgramVersion.Text} (Linux {MachineFacts.Arch})";

    /// <param name="isFirst">Version 1 of the API: with the rate of each thread, and lists of errors, which are empty.</param>
    public static JsonObject Of(NodeView node, MachineFacts machine, WebAccess access, bool isFirst)
    {
        var summary = Head(node.Node, node.Capabilities.HostName, node.Shares.Age, machine, access);
        summary["version"] = ProgramVersion.Text;
        summary["kind"] = "miner";
        summary["ua"] = UserAgent;
        summary["cpu"] = Cpu(node, machine);
        summary["donate_level"] = 0;
        summary["paused"] = node.IsPaused;
        summary["algorithms"] = ApiJson.Texts(node.Capabilities.Algorithms.Select(algorithm => algorithm.WireName()));
        summary["hashrate"] = HashRateOf(node, isFirst);
        summary["results"] = Results(node, isFirst);
        summary["algo"] = node.Engine.Algorithm?.WireName();
        summary["connection"] = Connection(node, isFirst);
        summary["hugepages"] = isFirst ? HasHugePages(node) : HugePages(node);
        summary["p2pminer"] = new JsonObject
        {
            ["node"] = node.Node.ToString(), ["state"] = node.Peer?.State.ToString().ToLowerInvariant(), ["failure"] = node.Peer?.Failure,
            ["dataset_mode"] = node.Peer?.DatasetMode, ["dataset_progress"] = ApiJson.Number(node.Engine.DatasetProgress, 4),
        };
        return summary;
    }

    /// <summary>What a miner's and a proxy's summary begin with.</summary>
    public static JsonObject Head(NodeId node, string worker, TimeSpan uptime, MachineFacts machine, WebAccess access) => new()
    {
        // 16 digits, as tools expect.
        ["id"] = node.ToString()[..16],
        ["worker_id"] = worker,
        ["uptime"] = (long)uptime.TotalSeconds,
        ["restricted"] = access.IsReadOnly,
        ["resources"] = new JsonObject
        {
            ["memory"] = new JsonObject
            {
                ["free"] = machine.Memory.AvailableBytes, ["total"] = machine.Memory.TotalBytes, ["resident_set_memory"] = machine.ResidentBytes,
            },
            ["load_average"] = ApiJson.List(machine.LoadAverage.Select(load => ApiJson.Number(load))),
            ["hardware_concurrency"] = machine.LogicalCpus,
        },
        ["features"] = ApiJson.Texts(["api", "asm", "http", "tls"]),
    };

    /// <summary>/2/backends: what hashes. There is one, the CPU.</summary>
    public static JsonArray Backends(NodeView node) =>
    [
        new JsonObject
        {
            ["type"] = "cpu",
            ["enabled"] = true,
            ["algo"] = node.Engine.Algorithm?.WireName(),
            ["profile"] = node.Engine.Algorithm?.WireName(),
            ["hw-aes"] = Has(node, "aes"),
            ["priority"] = -1,
            ["msr"] = false,
            ["asm"] = Kernel(node),
            ["argon2-impl"] = null,
            ["hugepages"] = HugePages(node),
            ["memory"] = node.Engine.MemoryBytes,
            ["hashrate"] = Rates(node.Rates),
            ["threads"] = ApiJson.List(node.Engine.ThreadRates.Select(rates => (JsonNode)new JsonObject
            {
                ["intensity"] = node.Engine.Lanes, ["affinity"] = -1, ["av"] = node.Engine.Lanes, ["hashrate"] = Rates(Windows(rates)),
            })),
        },
    ];

    private static JsonObject Cpu(NodeView node, MachineFacts machine) => new()
    {
        ["brand"] = node.Capabilities.Cpu,
        ["family"] = machine.Family,
        ["model"] = machine.Model,
        ["stepping"] = machine.Stepping,
        ["proc_info"] = 0,
        ["aes"] = Has(node, "aes"),
        ["avx2"] = Has(node, "avx2"),
        ["x64"] = true,
        ["64_bit"] = true,
        ["l2"] = node.Capabilities.L2Bytes,
        ["l3"] = node.Capabilities.L3Bytes,
        ["cores"] = node.Capabilities.Cores,
        ["threads"] = machine.LogicalCpus,
        ["packages"] = machine.Packages,
        ["nodes"] = node.Engine.NumaNodes,
        ["backend"] = "p2p-miner",
        // The miner itself changes no registers: p2p-miner tune does.
        ["msr"] = "none",
        ["assembly"] = Kernel(node),
        ["arch"] = MachineFacts.Arch,
        ["flags"] = ApiJson.Texts(machine.Flags),
    };

    private static JsonObject HashRateOf(NodeView node, bool isFirst)
    {
        var rates = new JsonObject { ["total"] = Rates(node.Rates), ["highest"] = ApiJson.Number(node.Engine.Rates.Highest?.PerSecond) };
        if (isFirst)
        {
            rates["threads"] = ApiJson.List(node.Engine.ThreadRates.Select(thread => (JsonNode)Rates(Windows(thread))));
        }

        return rates;
    }

    private static JsonObject Results(NodeView node, bool isFirst)
    {
        var (shares, average) = (node.Shares, AverageTime(node));
        var results = new JsonObject
        {
            ["diff_current"] = ApiJson.Whole(node.Job?.Difficulty ?? 0),
            ["shares_good"] = shares.Accepted,
            ["shares_total"] = shares.Total,
            ["avg_time"] = (long)average.TotalSeconds,
            ["avg_time_ms"] = (long)average.TotalMilliseconds,
            ["hashes_total"] = ApiJson.Whole(shares.Credited),
            ["best"] = Best(shares.Best),
        };
        return WithErrors(results, isFirst);
    }

    private static JsonObject Connection(NodeView node, bool isFirst)
    {
        var (pool, average) = (node.Pool, AverageTime(node));
        var uptime = pool?.State == PoolState.Connected ? pool.Uptime : TimeSpan.Zero;
        var connection = new JsonObject
        {
            ["pool"] = pool?.Pool,
            ["ip"] = pool?.Ip,
            ["uptime"] = (long)uptime.TotalSeconds,
            ["uptime_ms"] = (long)uptime.TotalMilliseconds,
            ["ping"] = (long)(pool?.Ping.TotalMilliseconds ?? 0),
            ["failures"] = pool?.Failures ?? 0,
            ["tls"] = pool?.Tls,
            ["tls-fingerprint"] = pool?.TlsFingerprint,
            ["algo"] = node.Job?.Algorithm?.WireName(),
            ["diff"] = ApiJson.Whole(node.Job?.Difficulty ?? 0),
            // This node's, as in the results: the connection is shared by all nodes, and tools add up what they read.
            ["accepted"] = node.Shares.Accepted,
            ["rejected"] = node.Shares.Total - node.Shares.Accepted,
            ["avg_time"] = (long)average.TotalSeconds,
            ["avg_time_ms"] = (long)average.TotalMilliseconds,
            ["hashes_total"] = ApiJson.Whole(node.Shares.Credited),
        };
        return WithErrors(connection, isFirst);
    }

    /// <summary>Highest first, filled up with zeros.</summary>
    public static JsonArray Best(IReadOnlyList<double> best)
        => ApiJson.List(Enumerable.Range(0, WorkCounts.MostBest).Select(place => ApiJson.Whole(place < best.Count ? best[place] : 0)));

    /// <summary>Between accepted shares; zero before the first.</summary>
    private static TimeSpan AverageTime(NodeView node) => node.Shares.Accepted == 0 ? TimeSpan.Zero : node.Shares.Age / node.Shares.Accepted;

    private static JsonObject WithErrors(JsonObject part, bool isFirst)
    {
        if (isFirst)
        {
            part["error_log"] = new JsonArray();
        }

        return part;
    }

    private static JsonArray Rates(IEnumerable<double?> rates) => ApiJson.List(rates.Select(rate => ApiJson.Number(rate)));

    private static double?[] Windows(HashRates rates) => [rates.TenSeconds?.PerSecond, rates.Minute?.PerSecond, rates.QuarterHour?.PerSecond];

    private static JsonArray HugePages(NodeView node) => [node.Engine.HugePages, node.Engine.HugePagesWanted];

    private static bool HasHugePages(NodeView node) => node.Engine.HugePages > 0 && node.Engine.HugePages == node.Engine.HugePagesWanted;

    private static string Kernel(NodeView node) => node.Engine.Detail.Length > 0 ? node.Engine.Detail : "none";

    private static bool Has(NodeView node, string isa) => node.Capabilities.Isa.Contains(isa);
}
