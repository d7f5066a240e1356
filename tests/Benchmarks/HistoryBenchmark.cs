using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Grains.Hashing;
using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.History;
using P2PMiner.Silo.Pages;
using P2PMiner.Silo.Sensors;
using P2PMiner.Silo.Web;

namespace P2PMiner.Benchmarks;

/// <summary>
/// The history of a cluster, written minute by minute as a master writes it, until the file has 30 days: its size, how long reading takes, and what a minute
/// costs.
/// </summary>
internal static class HistoryBenchmark
{
    public const string Name = "history";

    private const int MinutesOfCost = 60;
    private const int Reads = 20;

    private static readonly NodeId Self = new(1);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="arguments">How many nodes, default 50; how many days, default 30.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken stopping)
    {
        var nodes = arguments.Count > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 50;
        var days = arguments.Count > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 30;
        var folder = Directory.CreateTempSubdirectory("p2p-history-").FullName;
        try
        {
            var end = Fill(Path.Combine(folder, "cluster"), nodes, days, stopping);
            await PagesAsync(Path.Combine(folder, "cluster"), nodes, new PastClock(end));
            await CostAsync(Path.Combine(folder, "node"), nodes, stopping);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <returns>When the last sample ended.</returns>
    private static DateTimeOffset Fill(string folder, int nodes, int days, CancellationToken stopping)
    {
        // In one transaction, so that it does not take all day: the order of the rows is what the size comes of.
        const int Batch = 10;
        NodeId?[] series = [null, .. Enumerable.Range(1, nodes).Select(node => (NodeId?)new NodeId((UInt128)node))];
        using var file = HistoryFile.Open(new(folder), days);
        var begun = Stopwatch.GetTimestamp();
        var random = new Random(1);
        var end = Start;
        for (var minute = 0; minute < days * 24 * 60; minute += Batch)
        {
            stopping.ThrowIfCancellationRequested();
            var start = end;
            end = end.AddMinutes(Batch);
            var samples = Enumerable.Range(0, Batch).SelectMany(one => series.Select(node => Sample(node, start.AddMinutes(one), random)));
            file.Write(new() { Samples = [.. samples] }, end);
            file.Trim(end);
        }

        var rows = (nodes + 1) * (((days - 1) * 144) + 1440);
        var bytes = new FileInfo(Path.Combine(folder, HistoryFile.FileName)).Length;
        var log = new FileInfo(Path.Combine(folder, HistoryFile.FileName + "-wal")).Length;
        Print($"{nodes} nodes, {days} days: {bytes / 1e6:F1} MB and a log of {log / 1e6:F1} MB; {(double)bytes / rows:F0} bytes a sample");
        Print($"  written in {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s");
        Time("cluster, 30 days", () => file.Read(null, end.AddDays(-30), end, HistoryStep.TenMinutes).Count);
        Time("cluster, 24 hours", () => file.Read(null, end.AddDays(-1), end, HistoryStep.Minute).Count);
        Time("a node, 7 days", () => file.Read(Self, end.AddDays(-7), end, HistoryStep.TenMinutes).Count);
        Time("all nodes, 1 hour", () => series.Sum(node => file.Read(node, end.AddHours(-1), end, HistoryStep.Minute).Count));
        Time("list of nodes", () => file.ReadNodes().Count);
        Time("a page for another node", () => file.ReadPage(new() { Store = file.Store, After = rows }, Self).Samples.Count);
        file.Dispose();
        Time("open, with its check", () =>
        {
            HistoryFile.Open(new(folder), days).Dispose();
            return 1;
        });
        return end;
    }

    /// <summary>What the server does for a page, all of it read anew.</summary>
    private static async Task PagesAsync(string folder, int nodes, TimeProvider clock)
    {
        using var store = new HistoryStore(new(folder), new(Self), new(), clock, NullLogger<HistoryStore>.Instance);
        var cluster = new MadeUpCluster(Self, JobOf([.. Enumerable.Range(2, nodes - 1).Select(node => new NodeId((UInt128)node))]), ThePool);
        foreach (var range in PageRange.All)
        {
            await TimeAsync($"overview, {range.Name}", reader => OverviewPage.FillAsync(new(Visitor.Looking), new("/", range, "name", null), reader));
            await TimeAsync($"page of a node, {range.Name}", reader => NodePage.FillAsync(new(Visitor.Looking), new("/", range, "", null), reader, Self));
        }

        var memory = GC.GetTotalMemory(forceFullCollection: true);
        await TimeAsync("overview, 30d, again", reader => OverviewPage.FillAsync(new(Visitor.Looking), new("/", PageRange.Month, "name", null), reader));
        Print($"  memory after {Reads} more pages: {(GC.GetTotalMemory(forceFullCollection: true) - memory) / 1e6:F1} MB more");
        await store.StopAsync(CancellationToken.None);

        async Task TimeAsync(string what, Func<PageReader, Task> fill)
        {
            var times = new List<double>();
            for (var one = 0; one < Reads; one++)
            {
                var reader = new PageReader(new(cluster, cluster, clock), cluster, new(store, clock), clock);
                var begun = Stopwatch.GetTimestamp();
                await fill(reader);
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }

            Print($"  {what}: {Figures.Spread(times)}");
        }
    }

    /// <summary>What the master of a cluster does each minute for the history, all of it, one minute after the other.</summary>
    private static async Task CostAsync(string folder, int nodes, CancellationToken stopping)
    {
        using var store = new HistoryStore(new(folder), new(Self), new(), TimeProvider.System, NullLogger<HistoryStore>.Instance);
        var temperature = new CpuTemperature("/", NullLogger<CpuTemperature>.Instance);
        var power = new CpuPower("/", TimeProvider.System, NullLogger<CpuPower>.Instance);
        var sampling = new NodeSampling(Self, new ShareTally(TimeProvider.System), temperature.Read, power.Read);
        var (cluster, watch) = (new ClusterSampling(), new ClusterWatch(Self, store, TimeProvider.System));
        NodeId[] others = [.. Enumerable.Range(2, nodes - 1).Select(node => new NodeId((UInt128)node))];
        var job = JobOf(others);
        watch.Begin(1, null, others, "pool.example:443");
        var begin = TimeProvider.System.GetUtcNow().AddMinutes(-MinutesOfCost - 10);
        begin = DateTimeOffset.FromUnixTimeSeconds(HistoryStep.Minute.BucketOf(begin.ToUnixTimeSeconds()));
        for (var run = 0; run < 2; run++)
        {
            // The first run is for the compiler.
            var (own, all) = (Costs(), Costs());
            for (var minute = 0; minute < MinutesOfCost / 2; minute++)
            {
                var start = begin.AddMinutes((run * MinutesOfCost / 2) + minute);
                var before = CpuTime();
                for (var look = 0; look < 6; look++)
                {
                    sampling.Look(new() { Threads = 2, Rates = new() { TotalHashes = (ulong)(minute * 6000) } }, null);
                }

                store.Add(sampling.Close(start.ToUnixTimeSeconds(), TimeSpan.FromSeconds(60))!);
                store.Flush();
                own.Add(CpuTime() - before);

                before = CpuTime();
                for (var look = 0; look < 6; look++)
                {
                    cluster.Look(job, ThePool, TimeSpan.FromSeconds(10));
                    watch.Look(job, ThePool, others);
                }

                store.Add(cluster.Close(start.ToUnixTimeSeconds())!);
                store.Flush();
                foreach (var node in others)
                {
                    stopping.ThrowIfCancellationRequested();
                    var ask = (await store.NextAskAsync(node, ownOnly: true))!;
                    var page = HistoryPage.None with { Store = 1, Next = ask.After + 1, Samples = [Sample(node, start, Random.Shared)] };
                    await store.HearAsync(node, ask, page);
                }

                all.Add(CpuTime() - before);
            }

            if (run == 1)
            {
                Print($"a node writes of itself: {own.Average():F2} ms of CPU time a minute, {own.Average() / 600:F4} % of a core");
                Print($"the master of {nodes} nodes, besides, without the calls: {all.Average():F1} ms a minute, {all.Average() / 600:F3} % of a core");
            }
        }

        await store.StopAsync(stopping);
    }

    private static List<double> Costs() => [];

    private static double CpuTime() => Environment.CpuUsage.TotalTime.TotalMilliseconds;

    private static void Time(string what, Func<int> read)
    {
        var times = new List<double>();
        var count = 0;
        for (var one = 0; one < Reads; one++)
        {
            var begun = Stopwatch.GetTimestamp();
            count = read();
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        Print($"  {what} ({count}): {Figures.Spread(times)}");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static HistorySample Sample(NodeId? node, DateTimeOffset start, Random random) => new()
    {
        Node = node,
        UnixSeconds = start.ToUnixTimeSeconds(),
        ObservedSeconds = 60,
        Rate = new(10_000 * random.NextDouble()),
        Hashes = random.Next(600_000),
        Shares = new() { Accepted = random.Next(20), Stale = random.Next(2) },
        Difficulty = node is null ? 480_045 : null,
        Latency = node is null ? TimeSpan.FromMilliseconds(40 * random.NextDouble()) : null,
        Pool = node is null ? "pool.example:443" : null,
        Nodes = node is null ? 50 : null,
        Credited = node is null ? 480_045.0 * random.Next(20) : null,
        State = node is null ? null : PeerState.Mining,
        Threads = node is null ? null : 16,
        HugePages = node is null ? null : 1168,
        HugePagesWanted = node is null ? null : 1168,
        DatasetMode = node is null ? null : "fast",
        Celsius = node is null ? null : 60 + (20 * random.NextDouble()),
        Watts = node is null ? null : 90 + (20 * random.NextDouble()),
    };

    private static PoolStatus ThePool => new()
    {
        State = PoolState.Connected, Pool = "pool.example:443", Ping = TimeSpan.FromMilliseconds(40), Uptime = TimeSpan.FromDays(1),
        Pools = ["stratum+ssl://pool.example:443"], Algorithms = [Algorithm.RandomX],
    };

    private static JobStatus JobOf(IReadOnlyList<NodeId> others) => new()
    {
        Generation = 1, JobId = "1", Algorithm = Algorithm.RandomX, Height = 1, Difficulty = 480_045, Pool = "pool.example:443", HashesTotal = 1,
        ActiveLeases = 1,
        Shares = new Dictionary<ShareOutcome, long>(), Peers = [],
        Nodes = [.. others.Prepend(Self).Select(node => new NodeWork
        {
            Node = node, TakesWork = true, Gone = false, Quarantined = false, Rate = new(5000), HashesDone = 1, Accepted = 1, Invalid = 0,
            Silent = TimeSpan.Zero,
        })],
    };

    /// <summary>Stands still at the end of what was written.</summary>
    private sealed class PastClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
