using System.Text.Json.Nodes;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Api;

/// <summary>Our own API, version 1: names of units in the names of fields, null for what is not known, times in unix milliseconds.</summary>
internal static class ClusterJson
{
    private static readonly string[] WindowNames = ["1m", "10m", "1h", "12h", "24h"];

    public static JsonObject Cluster(ClusterView cluster)
    {
        var (counts, job, rate) = (cluster.Counts, cluster.Job, cluster.CurrentRate);
        return new()
        {
            ["time"] = cluster.Time.ToUnixTimeMilliseconds(),
            ["version"] = ProgramVersion.Text,
            ["node"] = cluster.Self.ToString(),
            ["master"] = cluster.Mastership.Master is { } master
                ? new JsonObject { ["node"] = master.Node.ToString(), ["term"] = master.Term, ["is_self"] = master.IsSelf } : null,
            ["algorithm"] = job.Algorithm?.WireName(),
            ["nodes"] = States(cluster),
            ["hashrate"] = new JsonObject { ["now"] = ApiJson.Number(rate), ["means"] = Means(counts?.Total) },
            ["counted_seconds"] = ApiJson.Number(counts?.Age.TotalSeconds),
            ["hashes"] = counts?.Total.Hashes ?? job.HashesTotal,
            ["shares"] = Shares(counts?.Total.Shares ?? job.Shares),
            ["credited_hashes"] = ApiJson.Whole(counts?.Total.Credited),
            ["best_shares"] = Best(counts?.Total),
            ["last_accepted_seconds"] = ApiJson.Number(counts?.Total.SinceAccepted?.TotalSeconds),
            ["job"] = job.JobId is null ? null : new JsonObject
            {
                ["id"] = job.JobId, ["height"] = job.Height, ["difficulty"] = ApiJson.Whole(job.Difficulty), ["leases"] = job.ActiveLeases,
                ["expected_share_seconds"] = rate > 0 ? ApiJson.Number(job.Difficulty / rate) : null,
                ["network_difficulty"] = ApiJson.Whole(job.NetworkDifficulty),
                ["expected_block_seconds"] = rate > 0 ? ApiJson.Number(job.NetworkDifficulty / rate) : null,
            },
            ["pool"] = cluster.Pool.Pool,
            ["pool_state"] = Lower(cluster.Pool.State),
            ["dataset_host"] = job.DatasetHost?.Node.ToString(),
        };
    }

    public static JsonObject Nodes(ClusterView cluster) => new()
    {
        ["time"] = cluster.Time.ToUnixTimeMilliseconds(),
        ["nodes"] = ApiJson.List(cluster.Nodes.Select(node => (JsonNode)Node(cluster, node.Work, node.Peer))),
    };

    public static JsonObject Pools(ClusterView cluster)
    {
        var pool = cluster.Pool;
        var isConnected = pool.State == PoolState.Connected;
        return new()
        {
            ["time"] = cluster.Time.ToUnixTimeMilliseconds(),
            ["pools"] = ApiJson.Texts(pool.Pools),
            ["algorithms"] = ApiJson.Texts(pool.Algorithms.Select(algorithm => algorithm.WireName())),
            ["current"] = new JsonObject
            {
                ["pool"] = pool.Pool,
                ["state"] = Lower(pool.State),
                ["ip"] = pool.Ip,
                ["tls"] = pool.Tls,
                ["tls_fingerprint"] = pool.TlsFingerprint,
                ["connected_seconds"] = isConnected ? ApiJson.Number(pool.Uptime.TotalSeconds) : null,
                ["ping_ms"] = pool.Ping > TimeSpan.Zero ? ApiJson.Number(pool.Ping.TotalMilliseconds) : null,
                ["difficulty"] = ApiJson.Whole(pool.Difficulty),
                ["failures"] = pool.Failures,
                ["accepted"] = pool.Accepted,
                ["rejected"] = pool.Rejected,
                ["lost"] = pool.Lost,
                ["credited_hashes"] = ApiJson.Whole(pool.HashesCredited),
                ["skipped_messages"] = pool.SkippedMessages,
                ["retried_requests"] = pool.RetriedRequests,
                ["refused_requests"] = pool.RefusedRequests,
                ["last_error"] = pool.LastError,
            },
        };
    }

    private static JsonObject Node(ClusterView cluster, NodeWork work, PeerStatus? peer)
    {
        var counts = cluster.CountsOf(work.Node);
        var about = peer?.Capabilities;
        return new()
        {
            ["id"] = work.Node.ToString(),
            ["name"] = about?.HostName,
            ["address"] = cluster.AddressOf(work.Node),
            ["is_master"] = cluster.Mastership.Master?.Node == work.Node,
            ["state"] = ClusterView.StateOf(work, peer),
            ["failure"] = peer?.Failure,
            ["takes_work"] = work.TakesWork,
            ["quarantined"] = work.Quarantined,
            ["silent_seconds"] = ApiJson.Number(work.Silent.TotalSeconds),
            ["version"] = about?.Version,
            ["cpu"] = about?.Cpu,
            ["cores"] = about?.Cores,
            ["threads"] = peer?.Threads,
            ["threads_full"] = about?.Threads,
            ["ram_bytes"] = about?.RamTotalBytes,
            ["ram_usable_bytes"] = about?.RamUsableBytes,
            ["numa_nodes"] = about is { NumaNodes: > 0 } ? about.NumaNodes : null,
            ["algorithm"] = peer?.Algorithm?.WireName(),
            ["dataset"] = peer is null ? null : new JsonObject
            {
                ["mode"] = peer.DatasetMode.Length > 0 ? peer.DatasetMode : null, ["progress"] = ApiJson.Number(peer.DatasetProgress, 4),
                ["bytes"] = peer.DatasetBytes, ["copies"] = peer.DatasetCopies,
            },
            ["hugepages"] = peer is null ? null : new JsonObject
            {
                ["held"] = peer.HugePages, ["wanted"] = peer.HugePagesWanted, ["of_1gb"] = peer.GiantPages,
            },
            ["hashrate"] = new JsonObject
            {
                ["now"] = ApiJson.Number(peer?.Rates.Current.PerSecond), ["10s"] = ApiJson.Number(peer?.Rates.TenSeconds?.PerSecond),
                ["60s"] = ApiJson.Number(peer?.Rates.Minute?.PerSecond), ["15m"] = ApiJson.Number(peer?.Rates.QuarterHour?.PerSecond),
                ["highest"] = ApiJson.Number(peer?.Rates.Highest?.PerSecond), ["remote"] = ApiJson.Number(peer?.RemoteRate.PerSecond),
                ["means"] = Means(counts),
            },
            ["remote_host"] = peer?.RemoteHost?.ToString(),
            ["hashes"] = work.HashesDone,
            ["shares"] = counts is null ? null : Shares(counts.Shares),
            ["accepted"] = work.Accepted,
            ["wrong_hashes"] = work.Invalid,
            ["credited_hashes"] = ApiJson.Whole(counts?.Credited),
            ["best_shares"] = Best(counts),
            ["last_accepted_seconds"] = ApiJson.Number(counts?.SinceAccepted?.TotalSeconds),
        };
    }

    private static JsonObject States(ClusterView cluster)
    {
        var states = cluster.Nodes.Select(node => ClusterView.StateOf(node.Work, node.Peer)).CountBy(state => state).ToDictionary();
        return new(Enum.GetValues<PeerState>().Select(Lower).Concat(["silent", "gone"])
            .Select(state => KeyValuePair.Create(state, (JsonNode?)states.GetValueOrDefault(state))));
    }

    private static JsonObject? Means(WorkCounts? counts) => counts is null ? null
        : new(WindowNames.Zip(counts.Rates, (name, rate) => KeyValuePair.Create(name, ApiJson.Number(rate.PerSecond))));

    private static JsonObject Shares(IReadOnlyDictionary<ShareOutcome, long> shares)
        => new(Enum.GetValues<ShareOutcome>().Select(outcome => KeyValuePair.Create(outcome.WireName(), (JsonNode?)shares.GetValueOrDefault(outcome))));

    private static JsonArray? Best(WorkCounts? counts) => counts is null ? null : ApiJson.List(counts.Best.Select(best => ApiJson.Whole(best)));

    private static string Lower<T>(T state)
        where T : struct, Enum
        => state.ToString().ToLowerInvariant();
}
