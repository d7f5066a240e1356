using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Api;

/// <summary>The cluster at one moment.</summary>
/// <param name="Counts">Null: the master is of an older version, and does not have them.</param>
/// <param name="Nodes">What the master knows of each, and what each says about itself; null: it does not answer, or is gone.</param>
internal sealed record ClusterView(
    DateTimeOffset Time, NodeId Self, MasterView Mastership, PoolStatus Pool, JobStatus Job, ClusterCounts? Counts,
    IReadOnlyList<(NodeWork Work, PeerStatus? Peer)> Nodes)
{
    /// <summary>What all hash together now.</summary>
    public double CurrentRate => Nodes.Sum(node => RateOf(node.Peer) ?? 0);

    /// <summary>What a node hashes now, with what a dataset host hashes for it; null: it does not answer.</summary>
    public static double? RateOf(PeerStatus? peer) => peer?.Rates.Current.PerSecond + peer?.RemoteRate.PerSecond;

    public WorkCounts? CountsOf(NodeId node) => Counts?.Nodes.FirstOrDefault(counts => counts.Node == node)?.Work;

    /// <summary>"gone", "silent", or the state that the node tells, in lower case.</summary>
    public static string StateOf(NodeWork work, PeerStatus? peer)
        => work.Gone ? "gone" : peer is null ? "silent" : peer.State.ToString().ToLowerInvariant();

    /// <summary>Names for people: those of the hosts; with the id if several have the same.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            string[] hosts = [.. Nodes.Select(node => node.Peer?.Capabilities.HostName ?? node.Work.Node.Short)];
            return [.. hosts.Select((host, index) => hosts.Count(other => other == host) == 1 ? host : $"{host}-{Nodes[index].Work.Node.Short}")];
        }
    }

    /// <summary>Where its beacons come from; null: unknown.</summary>
    public string? AddressOf(NodeId node)
        => node == Self ? "127.0.0.1" : Mastership.Peers.TryGetValue(node, out var peer) ? peer.Addresses[0].ToString() : null;
}
