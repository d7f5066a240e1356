using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Client;

/// <summary>The nodes as a table and as one line.</summary>
internal static class NodeListing
{
    private const string Gap = "  ";

    /// <summary>To how much a text is shortened before a column goes, and when none can go any more.</summary>
    private const int ShortText = 18;
    private const int ShortestText = 12;

    /// <param name="Rank">Where there is no room for all, those with the highest go first; 0 stays.</param>
    /// <param name="IsNumber">To be read from its right end.</param>
    private sealed record Column(string Name, int Rank, bool IsNumber, Func<ClusterNode, string> Cell);

    private static readonly Column[] All =
    [
        new("node", 0, false, node => node.Work.Node.Short),
        new("host", 0, false, node => node.Peer?.Capabilities.HostName ?? "-"),
        new("state", 0, false, State),
        new("threads", 1, true, node => node.Peer is { } peer ? Number(peer.Threads) : "-"),
        new("10s H/s", 0, true, node => Rate(node.Peer?.Rates.TenSeconds)),
        new("60s", 3, true, node => Rate(node.Peer?.Rates.Minute)),
        new("15m", 5, true, node => Rate(node.Peer?.Rates.QuarterHour)),
        new("max", 8, true, node => Rate(node.Peer?.Rates.Highest)),
        new("dataset", 2, false, node => node.Peer is { } peer ? Dataset(peer) : "-"),
        new("huge pages", 6, true, node => node.Peer is { } peer ? HugePages(peer) : "-"),
        new("accepted", 0, true, node => Number(node.Work.Accepted)),
        new("invalid", 4, true, node => Number(node.Work.Invalid)),
        new("seen", 7, true, node => DurationText.Of(node.Work.Silent)),
    ];

    /// <summary>
    /// A heading, a line for each node, and below them what had no room: which columns, and states that were cut. Heading and nodes are no
    /// wider than <paramref name="width"/>, if that is one of a terminal.
    /// </summary>
    /// <param name="width">Null: as wide as it gets.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<ClusterNode> nodes, int? width)
    {
        var shown = All.ToList();
        var limit = int.MaxValue;
        var room = width ?? int.MaxValue;
        if (Width(shown, nodes, limit) > room)
        {
            // First of all long texts, then columns, then texts again: a failure of one node must not hide the speed of the others.
            limit = ShortText;
            while (Width(shown, nodes, limit) > room && shown.MaxBy(column => column.Rank) is { Rank: > 0 } least)
            {
                shown.Remove(least);
            }

            while (Width(shown, nodes, limit) > room && limit > ShortestText)
            {
                limit--;
            }
        }

        var widths = shown.Select(column => WidthOf(column, nodes, limit)).ToList();
        return
        [
            Line(shown.Select(column => column.Name)),
            .. nodes.Select(node => Line(shown.Select(column => Cut(column, column.Cell(node), limit)))),
            .. Missing(nodes, shown, limit),
        ];

        string Line(IEnumerable<string> cells) => string.Join(Gap, cells.Select(
            (cell, index) => shown[index].IsNumber ? cell.PadLeft(widths[index]) : cell.PadRight(widths[index]))).TrimEnd();
    }

    private static IEnumerable<string> Missing(IReadOnlyList<ClusterNode> nodes, List<Column> shown, int limit)
    {
        foreach (var node in nodes.Where(node => State(node).Length > limit))
        {
            yield return $"{node.Work.Node.Short}: {State(node)}";
        }

        if (shown.Count < All.Length)
        {
            yield return $"no room for {string.Join(", ", All.Except(shown).Select(column => column.Name))}; | cat or --json shows all";
        }
    }

    private static int Width(List<Column> columns, IReadOnlyList<ClusterNode> nodes, int limit)
        => columns.Sum(column => WidthOf(column, nodes, limit)) + (Gap.Length * (columns.Count - 1));

    private static int WidthOf(Column column, IReadOnlyList<ClusterNode> nodes, int limit)
        => nodes.Select(node => Cut(column, column.Cell(node), limit).Length).Append(column.Name.Length).Max();

    private static string Cut(Column column, string text, int limit) => column.IsNumber || text.Length <= limit ? text : $"{text[..(limit - 1)]}…";

    public static string Total(IReadOnlyList<ClusterNode> nodes)
    {
        var there = nodes.Where(node => !node.Work.Gone).ToList();
        var total = there.Aggregate(default(HashRate), (sum, node) => sum + (node.Peer?.Rates.Current ?? default) + (node.Peer?.RemoteRate ?? default));
        var mean = there.Where(node => node.Peer?.State == PeerState.Mining).Aggregate(default(HashRate), (sum, node) => sum + node.Work.Rate);
        var average = there.Any(node => node.Peer?.Algorithm == Algorithm.GhostRider) ? $", averaged over jobs {Rate(mean)} H/s" : "";
        return $"{there.Count} node{(there.Count == 1 ? "" : "s")}, {Rate(total)} H/s{average}";
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
