using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Api;

/// <summary>
/// What Prometheus reads. Each node tells of itself, and the master also of the cluster, so that nothing is there twice. Counters of a node
/// last as long as its process; those of the cluster begin with their master, whose address is another.
/// </summary>
internal static class Metrics
{
    private static readonly string[] States = [.. Enum.GetValues<PeerState>().Select(Lower)];

    /// <param name="cluster">Null: this node is not master, or there is no session.</param>
    public static PrometheusText Of(NodeView node, IApiSource source, MasterView mastership, ClusterView? cluster)
    {
        var text = new PrometheusText();
        AddNode(text, node, ("node", node.Node.Short));
        text.Counter("p2pminer_membership_rebuilds_total", "Times that this node's silo was made anew because the cluster had given it up.")
            .Sample(source.Rebuilds, ("node", node.Node.Short));
        text.Gauge("p2pminer_cpu_temperature_celsius", "Temperature of the processor, of the hottest if there are several.")
            .Sample(source.Celsius, ("node", node.Node.Short));
        text.Gauge("p2pminer_cpu_power_watts", "Mean power of the processors in the last minute.").Sample(source.Watts, ("node", node.Node.Short));
        text.Gauge("p2pminer_is_master", "1 on the node that talks to the pool.")
            .Sample(mastership.Master?.IsSelf == true ? 1 : 0, ("node", node.Node.Short));
        if (cluster is not null)
        {
            AddCluster(text, cluster);
            AddPool(text, cluster.Pool, cluster.Job);
        }

        return text;
    }

    private static void AddNode(PrometheusText text, NodeView node, (string, string) self)
    {
        var (engine, shares, about) = (node.Engine, node.Shares, node.Capabilities);
        text.Gauge("p2pminer_node_info", "1. What the node is, in its labels.").Sample(
            1, self, ("host", about.HostName), ("cpu", about.Cpu), ("version", Node.ProgramVersion.Text), ("algorithm", engine.Algorithm?.WireName() ?? ""),
            ("mode", node.Peer?.DatasetMode ?? ""));
        text.Gauge("p2pminer_node_uptime_seconds", "Time since the node was started.").Sample(shares.Age.TotalSeconds, self);

        var state = node.Peer is { } peer ? Lower(peer.State) : "";
        var states = text.Gauge("p2pminer_node_state", "1 for the state that the node is in, 0 for the others.");
        foreach (var name in States)
        {
            states.Sample(name == state ? 1 : 0, self, ("state", name));
        }

        text.Gauge("p2pminer_hashrate_hashes_per_second", "Mean rate over a window, with what a dataset host hashes for the node.")
            .Sample(node.Rates[0], self, ("window", "10s")).Sample(node.Rates[1], self, ("window", "60s")).Sample(node.Rates[2], self, ("window", "15m"));
        text.Counter("p2pminer_hashes_total", "Hashes that the node's own threads did.").Sample(engine.Rates.TotalHashes, self);
        text.Counter("p2pminer_guest_hashes_total", "Hashes that the node did for nodes with too little memory.").Sample(engine.GuestRates.TotalHashes, self);
        var outcomes = text.Counter("p2pminer_shares_total", "Shares that the node found, by what became of them.");
        foreach (var outcome in Enum.GetValues<ShareOutcome>())
        {
            outcomes.Sample(shares.Shares.GetValueOrDefault(outcome), self, ("outcome", outcome.WireName()));
        }

        text.Counter("p2pminer_credited_hashes_total", "Difficulties of the node's accepted shares, added up.").Sample(shares.Credited, self);
        text.Gauge("p2pminer_best_share_difficulty", "The highest difficulty that an accepted share of the node reached.")
            .Sample(shares.Best.Count > 0 ? shares.Best[0] : 0, self);
        text.Gauge("p2pminer_node_threads", "Hashing threads in use.").Sample(engine.Threads, self);
        text.Gauge("p2pminer_node_memory_bytes", "Memory for caches, datasets and scratchpads.").Sample(engine.MemoryBytes, self);
        text.Gauge("p2pminer_node_hugepages", "Pages of 2 MiB that hold that memory.").Sample(engine.HugePages, self);
        text.Gauge("p2pminer_node_hugepages_wanted", "Pages of 2 MiB that it would take.").Sample(engine.HugePagesWanted, self);
        text.Gauge("p2pminer_dataset_progress_ratio", "0 to 1 while the dataset is made; 1 when it is ready.").Sample(engine.DatasetProgress, self);
    }

    private static void AddCluster(PrometheusText text, ClusterView cluster)
    {
        text.Gauge("p2pminer_master_term", "Grows with each change of the master.").Sample(cluster.Mastership.Master?.Term);
        var states = cluster.Nodes.Select(node => ClusterView.StateOf(node.Work, node.Peer)).CountBy(state => state).ToDictionary();
        var nodes = text.Gauge("p2pminer_nodes", "Nodes that the master knows, by state; gone: left the cluster, silent: does not answer.");
        foreach (var state in States.Concat(["silent", "gone"]))
        {
            nodes.Sample(states.GetValueOrDefault(state), ("state", state));
        }

        text.Gauge("p2pminer_cluster_hashrate_hashes_per_second", "What all nodes together hash now.").Sample(cluster.CurrentRate);
        text.Gauge("p2pminer_job_height", "Height of the block that is looked for.").Sample(cluster.Job.Height);
        text.Gauge("p2pminer_network_difficulty", "Hashes that a block takes on average, where it is known.").Sample(cluster.Job.NetworkDifficulty);
        text.Gauge("p2pminer_job_difficulty", "Hashes that a share of the current job takes on average.").Sample(cluster.Job.Difficulty);
    }

    private static void AddPool(PrometheusText text, PoolStatus pool, JobStatus job)
    {
        text.Gauge("p2pminer_pool_info", "1. The pool in use or being tried, in its labels.")
            .Sample(pool.Pool is null ? null : 1, ("pool", pool.Pool ?? ""), ("tls", pool.Tls ?? ""), ("algorithm", job.Algorithm?.WireName() ?? ""));
        text.Gauge("p2pminer_pool_up", "1 while there is a connection to a pool.").Sample(pool.State == PoolState.Connected ? 1 : 0);
        text.Gauge("p2pminer_pool_uptime_seconds", "How long that connection has lasted.")
            .Sample(pool.State == PoolState.Connected ? pool.Uptime.TotalSeconds : 0);
        text.Gauge("p2pminer_pool_ping_seconds", "Median time that the pool took to answer the last shares.").Sample(pool.Ping.TotalSeconds);
        text.Counter("p2pminer_pool_connections_failed_total", "Connections to pools that failed or ended.").Sample(pool.Failures);
        text.Counter("p2pminer_pool_shares_total", "Shares handed in to pools, by what became of them.")
            .Sample(pool.Accepted, ("outcome", "accepted")).Sample(pool.Rejected, ("outcome", "rejected")).Sample(pool.Lost, ("outcome", "lost"));
        text.Counter("p2pminer_pool_credited_hashes_total", "Difficulties of the shares that pools accepted, added up.").Sample(pool.HashesCredited);
        text.Counter("p2pminer_pool_skipped_messages_total", "Messages of pools that could not be used.").Sample(pool.SkippedMessages);
        text.Counter("p2pminer_pool_retried_requests_total", "Requests and shares sent once more because no answer came.").Sample(pool.RetriedRequests);
    }

    private static string Lower(PeerState state) => state.ToString().ToLowerInvariant();
}
