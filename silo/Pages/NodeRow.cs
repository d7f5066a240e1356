using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.History;

namespace P2PMiner.Silo.Pages;

/// <summary>A node as the overview shows it.</summary>
/// <param name="Spark">Its rate in the last day, each half an hour; null: gaps.</param>
internal sealed record NodeRow(
    NodeId Node, string Name, string State, bool IsBad, string Hashing, double? Rate, double? Minute, long? Accepted, long? NotAccepted, string HugePages,
    double? Celsius, string Version, IReadOnlyList<double?> Spark)
{
    /// <summary>The columns that the table can be sorted by.</summary>
    public static readonly string[] Sorts = ["name", "state", "rate", "accepted", "temperature", "version"];

    /// <summary>Those that the master knows; without one, those that this node has heard of.</summary>
    public static IReadOnlyList<NodeRow> Of(ClusterView? cluster, IReadOnlyList<KnownNode> known, IReadOnlyDictionary<NodeId, NodeTrend> trends)
    {
        var names = known.ToDictionary(node => node.Node, node => node.HostName);
        return cluster is null
            ? [.. known.Select(node => new NodeRow(
                node.Node, NameOf(node.Node, node.HostName), PageText.Unknown, true, "-", null, null, null, null, "-", null, "-", SparkOf(node.Node)))]
            : [.. cluster.Nodes.Select(Row)];

        NodeRow Row((NodeWork Work, PeerStatus? Peer) node)
        {
            var (work, peer) = node;
            var shares = cluster.CountsOf(work.Node)?.Shares;
            return new(
                work.Node, NameOf(work.Node, peer?.Capabilities.HostName ?? names.GetValueOrDefault(work.Node)), NodeText.State(work, peer),
                work.Gone || work.Quarantined || peer is null or { Failure: not null }, peer is null ? "-" : NodeText.Hashing(peer),
                ClusterView.RateOf(peer), peer?.Rates.Minute?.PerSecond,
                work.Accepted, shares?.Where(share => share.Key != ShareOutcome.Accepted).Sum(share => share.Value),
                peer is null ? "-" : NodeText.HugePages(peer), work.Gone ? null : trends.GetValueOrDefault(work.Node)?.Celsius,
                peer?.Capabilities.Version ?? "-", SparkOf(work.Node));
        }

        IReadOnlyList<double?> SparkOf(NodeId node) => trends.GetValueOrDefault(node)?.Rates ?? [null];

        static string NameOf(NodeId node, string? host) => host is { Length: > 0 } name ? name : node.Short;
    }

    public static IReadOnlyList<NodeRow> Sorted(IReadOnlyList<NodeRow> rows, PageQuery query)
    {
        var sorted = query.SortColumn switch
        {
            "state" => rows.OrderBy(row => row.State, StringComparer.Ordinal),
            "rate" => rows.OrderBy(row => row.Rate ?? -1),
            "accepted" => rows.OrderBy(row => row.Accepted ?? -1),
            "temperature" => rows.OrderBy(row => row.Celsius ?? double.MinValue),
            "version" => rows.OrderBy(row => row.Version, StringComparer.Ordinal),
            _ => rows.OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase).ThenBy(row => row.Node),
        };
        return query.IsDescending ? [.. sorted.Reverse()] : [.. sorted];
    }
}
