using P2PMiner.Client;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Tests.Client;

public sealed class NodeListingTests
{
    private static readonly string[] Names = ["node", "host", "state", "threads", "10s H/s", "60s", "15m", "max", "dataset", "huge pages", "accepted", "invalid", "seen"];

    [Fact]
    public void Of_NoTerminal_HasAllColumnsOnOneLineForEachNode()
    {
        var lines = NodeListing.Of([Node("attic"), Node(new string('h', 63), failure: new string('f', 200)), Gone()], width: null);

        Assert.Equal(4, lines.Count);
        Assert.Equal(Names, lines[0].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Contains(new string('f', 200), lines[2]);
        Assert.Equal(["aa000001", "-", "gone", "-", "n/a", "n/a", "n/a", "n/a", "-", "-", "7", "0", "2 h 05 min"],
            lines[3].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void Of_AnUsualTerminal_KeepsWhatMattersMost()
    {
        var lines = NodeListing.Of([Node("attic"), Node("cellar")], width: 80);

        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        Assert.Equal(
        [
            "node      host    state   threads  10s H/s      60s  dataset  accepted  invalid",
            "aa000001  attic   mining       16  12345.6  12340.1  fast           42        0",
            "aa000001  cellar  mining       16  12345.6  12340.1  fast           42        0",
        ], lines.Take(3));
        Assert.Equal("no room for 15m, max, huge pages, seen; | cat or --json shows all", lines[3]);
    }

    [Fact]
    public void Of_ALongFailure_IsCutAndToldBelow()
    {
        var lines = NodeListing.Of([Node("attic"), Node("a-host-with-a-name-that-is-long.example", failure: "no memory at all, not even for light mode")], width: 80);

        Assert.All(lines.SkipLast(1), line => Assert.InRange(line.Length, 1, 80));
        Assert.Contains("failed: no memory…", lines[2]);
        Assert.Contains("12345.6", lines[1]);
        Assert.Equal("aa000001: failed: no memory at all, not even for light mode", lines[3]);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(130)]
    [InlineData(200)]
    public void Of_AnyTerminal_FitsIt(int width)
        => Assert.All(
            NodeListing.Of([Node("attic"), Node(new string('h', 63), failure: "no memory"), Gone()], width).Where(line => !line.StartsWith("no room", StringComparison.Ordinal)),
            line => Assert.InRange(line.Length, 1, width));

    [Fact]
    public void Of_WideEnough_ShortensNothing()
    {
        var all = NodeListing.Of([Node("attic")], null);

        Assert.Equal(all, NodeListing.Of([Node("attic")], all.Max(line => line.Length)));
        Assert.NotEqual(all, NodeListing.Of([Node("attic")], all.Max(line => line.Length) - 1));
    }

    private static ClusterNode Gone() => new(Work() with { Gone = true, Accepted = 7, Silent = TimeSpan.FromMinutes(125) }, null);

    private static ClusterNode Node(string host, string? failure = null) => new(Work(), new PeerStatus
    {
        Node = Work().Node, State = failure is null ? PeerState.Mining : PeerState.Failed, Failure = failure, Threads = 16,
        DatasetMode = "fast", DatasetProgress = 1, HugePages = 1168, HugePagesWanted = 1168, Algorithm = Algorithm.RandomX,
        Rates = new() { TenSeconds = new(12345.6), Minute = new(12340.1), QuarterHour = new(12333.3), Highest = new(12400.9) },
        Capabilities = new()
        {
            HostName = host, Cpu = "A CPU", Cores = 16, Threads = 16, L2Bytes = 1, L3Bytes = 1, RamTotalBytes = 1, RamUsableBytes = 1,
            Isa = ["aes"], Version = "0.1.0",
        },
    });

    private static NodeWork Work() => new()
    {
        Node = NodeId.TryParse("aa000001000000000000000000000000", out var id) ? id : default, TakesWork = true, Gone = false, Quarantined = false, Rate = new(100),
        HashesDone = 1, Accepted = 42, Invalid = 0, Silent = TimeSpan.FromSeconds(1),
    };
}
