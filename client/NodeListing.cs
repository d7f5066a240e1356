using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Peers;
using Spectre.Console;

namespace P2PMiner.Client;

/// <summary>The nodes as a table and as one line.</summary>
internal static class NodeListing
{
    private static readonly string[] Columns = [
        "node", "host", "state", "threads", "10s", "60s", "15m", "max H/s", "dataset", "huge pages", "accepted", "invalid", "seen"];

    public static Table Of(IReadOnlyList<ClusterNode> nodes)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in Columns)
        {
            table.AddColumn(column);
        }

        foreach (var node in nodes)
        {
            table.AddRow(Row(node).Select(Markup.Escape).ToArray());
        }

        return table;
    }

    public static string Total(IReadOnlyList<ClusterNode> nodes)
    {
        var there = nodes.Where(node => !node.Work.Gone).ToList();
        var total = there.Aggregate(default(HashRate), (sum, node) => sum + (node.Peer?.Rates.Current ?? default) + (node.Peer?.RemoteRate ?? default));
        var mean = there.Where(node => node.Peer?.State == PeerState.Mining).Aggregate(default(HashRate), (sum, node) => sum + node.Work.Rate);
        var average = there.Any(node => node.Peer?.Algorithm == Algorithm.GhostRider) ? $", averaged over jobs {Rate(mean)} H/s" : "";
        return $"{there.Count} node{(there.Count == 1 ? "" : "s")}, {Rate(total)} H/s{average}";
    }

    private static IEnumerable<string> Row(ClusterNode node)
    {
        var peer = node.Peer;
        return
        [
            node.Work.Node.Short, peer?.Capabilities.HostName ?? "-", State(node), peer is null ? "-" : Number(peer.Threads), Rate(peer?.Rates.TenSeconds),
            Rate(peer?.Rates.Minute), Rate(peer?.Rates.QuarterHour), Rate(peer?.Rates.Highest), peer is null ? "-" : Dataset(peer),
            peer is null ? "-" : HugePages(peer), Number(node.Work.Accepted), Number(node.Work.Invalid),
            DurationText.Of(node.Work.Silent),
        ];
    }

    private static string State(ClusterNode node)
        => node.Work.Gone ? node.Work.Quarantined ? "gone, quarantined" : "gone"
            : node.Peer is not { } peer ? "no answer"
            : node.Work.Quarantined ? "quarantined"
            : peer.Failure is null ? peer.State.ToString().ToLowerInvariant()
            : $"failed: {peer.Failure}";

    private static string Dataset(PeerStatus peer)
        => peer.DatasetMode.Length == 0 ? "-"
            : peer.DatasetProgress < 1 ? $"{peer.DatasetMode} {Number(Math.Floor(100 * peer.DatasetProgress))}%"
            : peer.RemoteHost is { } host ? $"{peer.DatasetMode}, {Rate(peer.RemoteRate)} H/s at {host.Short}"
            : peer.DatasetCopies > 1 ? $"{peer.DatasetMode} on {Number(peer.DatasetCopies)} NUMA nodes"
            : peer.DatasetMode;

    private static string HugePages(PeerStatus peer)
        => $"{peer.HugePages}/{peer.HugePagesWanted}{(peer.GiantPages == 0 ? "" : $", {Number(peer.GiantPages)} of 1 GB")}";

    private static string Rate(HashRate? rate) => rate?.PerSecond.ToString("F1", CultureInfo.InvariantCulture) ?? "n/a";

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
