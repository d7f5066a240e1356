using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.History;

namespace P2PMiner.Silo.Tests.Pages;

/// <summary>A month of a cluster of three that never was, written as nodes write it. The same each time, up to the present.</summary>
internal static class MadeUpPast
{
    private const string Pool = "pool.example:443";

    /// <param name="self">The node whose data folder it is.</param>
    public static void Write(string dataFolder, NodeId self, DateTimeOffset now)
    {
        (NodeId Id, string Name, double Rate, double Celsius)[] nodes =
            [(self, Environment.MachineName, 2400, 68), (new(UInt128.One << 90), "cellar", 5200, 74), (new(UInt128.One << 91), "shed", 900, 55)];
        using var file = HistoryFile.Open(new DataStore(dataFolder), days: 30);
        var samples = new List<HistorySample>();
        var last = HistoryStep.Minute.BucketOf(now.ToUnixTimeSeconds());
        foreach (var (start, step) in Starts(last))
        {
            // A day and a night, a node that is away for two days, and six hours in which all was off.
            var hours = (last - start) / 3600.0;
            if (hours is > 310 and < 316)
            {
                continue;
            }

            var wave = 1 + (0.06 * Math.Sin(hours / 24 * 2 * Math.PI)) + (0.02 * Math.Sin(hours * 1.7));
            var living = nodes.Where(node => node.Name != "shed" || hours is < 90 or > 140).ToArray();
            samples.AddRange(living.Select(node => Node(node.Id, start, step, node.Rate * wave, node.Celsius * ((wave + 2) / 3))));
            samples.Add(Cluster(start, step, living.Sum(node => node.Rate * wave), living.Length, hours));
        }

        file.Write(new()
        {
            Samples = samples, Events = [.. Events(self, nodes[2].Id, now)],
            Nodes = [.. nodes.Select(node => new KnownNode { Node = node.Id, HostName = node.Name, LastSeen = last })],
        }, now);
    }

    private static IEnumerable<(long Start, HistoryStep Step)> Starts(long last)
    {
        var minutes = last - (long)HistorySteps.MinutesKept.TotalSeconds;
        for (var start = HistoryStep.TenMinutes.BucketOf(last - (30 * 86400)) + 600; start < HistoryStep.TenMinutes.BucketOf(minutes); start += 600)
        {
            yield return (start, HistoryStep.TenMinutes);
        }

        for (var start = HistoryStep.TenMinutes.BucketOf(minutes); start < last; start += 60)
        {
            yield return (start, HistoryStep.Minute);
        }
    }

    private static HistorySample Node(NodeId node, long start, HistoryStep step, double rate, double celsius) => new()
    {
        Node = node, Step = step, UnixSeconds = start, ObservedSeconds = (int)step.Seconds(), Rate = new(rate), Hashes = (long)(rate * step.Seconds()),
        Shares = Shares(start, rate * step.Seconds()), State = PeerState.Mining, Threads = 8, HugePages = 1168, HugePagesWanted = 1168, DatasetMode = "fast",
        Celsius = celsius, Watts = celsius,
    };

    private static HistorySample Cluster(long start, HistoryStep step, double rate, int nodes, double hours) => new()
    {
        Step = step, UnixSeconds = start, ObservedSeconds = (int)step.Seconds(), Rate = new(rate), Hashes = (long)(rate * step.Seconds()),
        Shares = Shares(start, rate * step.Seconds()), Difficulty = 250_000, Latency = TimeSpan.FromMilliseconds(32 + (8 * Math.Sin(hours))),
        Pool = hours is > 40 and < 52 ? "backup.example:3333" : Pool, Nodes = nodes, Credited = rate * step.Seconds(),
    };

    private static ShareCounts Shares(long start, double hashes)
    {
        var found = (long)((hashes / 250_000) + (start / 60 % 5 / 5.0));
        return new() { Accepted = Math.Max(0, found - (start / 60 % 37 == 0 ? 1 : 0)), Stale = start / 60 % 37 == 0 ? 1 : 0 };
    }

    private static IEnumerable<HistoryEvent> Events(NodeId self, NodeId shed, DateTimeOffset now)
    {
        (double Hours, string Kind, string Text, NodeId? Node)[] events =
        [
            (140, EventKind.Lost, $"node {shed.Short} is lost: its silo has left the cluster, or it is silent", shed),
            (90, EventKind.Joined, $"node {shed.Short} is back", shed),
            (52, EventKind.Failover, $"mining at backup.example:3333 instead of {Pool}", null),
            (40, EventKind.Failover, $"mining at {Pool} instead of backup.example:3333", null),
            (7, EventKind.PoolBack, $"the connection to {Pool} was lost for a moment", null),
            (3, EventKind.Settings, "pools: stratum+ssl://pool.example:443, stratum+ssl://backup.example:3333", null),
        ];
        return events.Select((one, number) => new HistoryEvent
        {
            Source = self, Number = number + 1, UnixMs = now.AddHours(-one.Hours).ToUnixTimeMilliseconds(), Kind = one.Kind, Text = one.Text, Node = one.Node,
        });
    }
}
