using P2PMiner.History;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Tests.History;

/// <summary>Samples and events as nodes would write them.</summary>
internal static class Diary
{
    public static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly NodeId Self = new(1);

    public static readonly NodeId Other = new(2);

    public static HistorySample Minute(NodeId? node, DateTimeOffset start, long hashes = 6000, int observed = 60) => new()
    {
        Node = node,
        UnixSeconds = start.ToUnixTimeSeconds(),
        ObservedSeconds = observed,
        Rate = new(hashes / 60.0),
        Hashes = hashes,
        Shares = new() { Accepted = 2, Rejected = 1 },
        Difficulty = node is null ? 50_000 : null,
        Latency = node is null ? TimeSpan.FromMilliseconds(40) : null,
        Pool = node is null ? "pool.example:443" : null,
        Nodes = node is null ? 2 : null,
        Credited = node is null ? 100_000 : null,
        State = node is null ? null : PeerState.Mining,
        Threads = node is null ? null : 4,
        HugePages = node is null ? null : 1168,
        HugePagesWanted = node is null ? null : 1168,
        DatasetMode = node is null ? null : "fast",
        Celsius = node is null ? null : 61.5,
        Watts = node is null ? null : 88.8,
    };

    public static IEnumerable<HistorySample> Minutes(NodeId? node, DateTimeOffset start, int count)
        => Enumerable.Range(0, count).Select(minute => Minute(node, start.AddMinutes(minute), 6000 + minute));

    public static HistoryEvent Event(NodeId source, long number, DateTimeOffset time, string text = "it is so", NodeId? node = null) => new()
    {
        Source = source, Number = number, UnixMs = time.ToUnixTimeMilliseconds(), Kind = EventKind.Joined, Node = node, Text = text,
    };
}
