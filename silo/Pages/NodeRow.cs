using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Silo.Api;

namespace P2PMiner.Silo.Pages;

/// <summary>A node as the overview shows it.</summary>
/// <param name="Spark">Its rate in the last day, each half an hour; null: gaps.</param>
internal sealed record NodeRow(
    NodeId Node, string Name, string State, bool IsBad, string Hashing, double? Rate, double? Minute, long? Accepted, long? NotAccepted, string HugePages,
    double? Celsius, string Version, IReadOnlyList<double?> Spark)
{
    private const int SparkBuckets = 48;

    /// <summary>A temperature that is older is of no interest.</summary>
    private static readonly TimeSpan StillTrue = TimeSpan.FromMinutes(30);

    /// <summary>The columns that the table can be sorted by.</summary>
    public static readonly string[] Sorts = ["name", "state", "rate", "accepted", "temperature", "version"];

    /// <summary>Those that the master knows; without one, those that this node has heard of.</summary>
    /// <param name="history">Of the last day.</param>
    public static IReadOnlyList<NodeRow> Of(
        ClusterView? cluster, IReadOnlyList<KnownNode> known, IReadOnlyDictionary<NodeId, IReadOnlyList<HistorySample>> history, TimeFrame day)
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
            var last = history.GetValueOrDefault(work.Node)?.LastOrDefault();
            return new(
                work.Node, NameOf(work.Node, peer?.Capabilities.HostName ?? names.GetValueOrDefault(work.Node)), NodeText.State(work, peer),
                work.Gone || work.Quarantined || peer is null or { Failure: not null }, peer is null ? "-" : NodeText.Hashing(peer),
                peer is null ? null : peer.Rates.Current.PerSecond + peer.RemoteRate.PerSecond, peer?.Rates.Minute?.PerSecond,
                work.Accepted, shares?.Where(share => share.Key != ShareOutcome.Accepted).Sum(share => share.Value),
                peer is null ? "-" : NodeText.HugePages(peer), !work.Gone && last is not null && day.To - last.Start < StillTrue ? last.Celsius : null,
                peer?.Capabilities.Version ?? "-", SparkOf(work.Node));
        }

        IReadOnlyList<double?> SparkOf(NodeId node)
        {
            var buckets = day.Cut(history.GetValueOrDefault(node) ?? []);
            return [.. buckets.Chunk(buckets.Count / SparkBuckets).Select(chunk => PageReader.MeanRate([.. chunk.OfType<HistorySample>()]))];
        }

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
