using System.Text.Json.Nodes;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Api;

/// <summary>The cluster in the form of xmrig-proxy's summary and workers: its nodes are the miners.</summary>
internal static class ProxySummary
{
    public static JsonObject Of(ClusterView cluster, string worker, MachineFacts machine, WebAccess access)
    {
        var summary = MinerSummary.Head(cluster.Self, worker, cluster.Counts?.Age ?? TimeSpan.Zero, machine, access);
        var nodes = cluster.Nodes.Count(node => !node.Work.Gone);
        var connected = cluster.Pool.State == PoolState.Connected ? 1 : 0;
        summary["version"] = ProgramVersion.Text;
        summary["kind"] = "proxy";
        summary["algo"] = cluster.Job.Algorithm?.WireName() ?? "invalid";
        // One connection for all, whose nonces are shared out.
        summary["mode"] = "nicehash";
        summary["ua"] = MinerSummary.UserAgent;
        summary["donate_level"] = 0;
        summary["donated"] = 0;
        summary["hashrate"] = TotalRates(cluster);
        summary["miners"] = new JsonObject { ["now"] = nodes, ["max"] = cluster.Nodes.Count };
        summary["workers"] = nodes;
        summary["upstreams"] = new JsonObject
        {
            ["active"] = connected, ["sleep"] = 0, ["error"] = cluster.Pool.State is PoolState.Connected or PoolState.None ? 0 : 1, ["total"] = 1,
            ["ratio"] = nodes,
        };
        summary["results"] = Results(cluster);
        return summary;
    }

    public static JsonObject Workers(ClusterView cluster)
    {
        var names = cluster.Names;
        return new()
        {
            ["hashrate"] = TotalRates(cluster),
            ["mode"] = "rig_id",
            ["workers"] = ApiJson.List(cluster.Nodes.Select((node, index) => (JsonNode)Row(cluster, node.Work, names[index]))),
        };
    }

    private static JsonArray Row(ClusterView cluster, NodeWork work, string name)
    {
        var counts = cluster.CountsOf(work.Node);
        var (accepted, rejected, invalid, _) = Outcomes(counts?.Shares ?? new Dictionary<ShareOutcome, long> { [ShareOutcome.Accepted] = work.Accepted });
        var last = counts?.SinceAccepted is { } since ? (cluster.Time - since).ToUnixTimeMilliseconds() : 0;
        return
        [
            name, cluster.AddressOf(work.Node) ?? "", work.Gone ? 0 : 1, accepted, rejected, invalid, ApiJson.Whole(counts?.Credited ?? 0), last,
            .. Windows(counts).Select(KiloRate),
        ];
    }

    private static JsonObject Results(ClusterView cluster)
    {
        var (accepted, rejected, invalid, expired) = Outcomes(cluster.Counts?.Total.Shares ?? cluster.Job.Shares);
        return new()
        {
            ["accepted"] = accepted,
            ["rejected"] = rejected,
            ["invalid"] = invalid,
            ["expired"] = expired,
            ["avg_time"] = accepted == 0 ? 0 : (long)((cluster.Counts?.Age ?? TimeSpan.Zero).TotalSeconds / accepted),
            ["latency"] = (long)cluster.Pool.Ping.TotalMilliseconds,
            ["hashes_total"] = ApiJson.Whole(cluster.Counts?.Total.Credited ?? cluster.Pool.HashesCredited),
            ["hashes_donate"] = 0,
            ["best"] = MinerSummary.Best(cluster.Counts?.Total.Best ?? []),
        };
    }

    private static (long Accepted, long Rejected, long Invalid, long Expired) Outcomes(IReadOnlyDictionary<ShareOutcome, long> shares)
    {
        return (Sum(ShareOutcome.Accepted), Sum(ShareOutcome.Rejected),
            Sum(ShareOutcome.Invalid, ShareOutcome.LowDifficulty, ShareOutcome.Duplicate, ShareOutcome.OutsideLease, ShareOutcome.Quarantined),
            Sum(ShareOutcome.Stale, ShareOutcome.Lost));

        long Sum(params ReadOnlySpan<ShareOutcome> outcomes)
        {
            var sum = 0L;
            foreach (var outcome in outcomes)
            {
                sum += shares.GetValueOrDefault(outcome);
            }

            return sum;
        }
    }

    /// <summary>The windows, and the mean over the whole time.</summary>
    private static JsonObject TotalRates(ClusterView cluster)
    {
        var all = cluster.Counts is { Age.TotalSeconds: > 0 and var seconds } counts ? counts.Total.Hashes / seconds : (double?)null;
        return new() { ["total"] = ApiJson.List(Windows(cluster.Counts?.Total).Append(all).Select(KiloRate)) };
    }

    /// <summary>1 min, 10 min, 1 h, 12 h, 24 h; null if the master does not count them.</summary>
    private static IEnumerable<double?> Windows(WorkCounts? counts)
        => counts?.Rates.Select(rate => (double?)rate.PerSecond) ?? WorkCounts.Windows.Select(_ => (double?)null);

    /// <summary>In kH/s, rounded down to two decimals, as a proxy does.</summary>
    private static JsonNode? KiloRate(double? rate) => ApiJson.Number(rate is { } known ? Math.Floor(known / 10) / 100 : null);
}
