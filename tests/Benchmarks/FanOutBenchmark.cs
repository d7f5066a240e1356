using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Peers;
using P2PMiner.Pools.Practice;
using P2PMiner.Security;
using P2PMiner.TestKit;

namespace P2PMiner.Benchmarks;

/// <summary>
/// Three nodes as three processes on the loopback, found by beacons and joined by mutual TLS, that mine on a practice pool in this process: from the pool's
/// new job to the last hashing thread of all three at work on it. All processes share one monotonic clock.
/// </summary>
internal static class FanOutBenchmark
{
    private const int Nodes = 3;

    /// <summary>The first ones meet code that the runtime has not compiled in full yet.</summary>
    private const int WarmUp = 100;

    private static readonly TimeSpan WarmUpWithin = TimeSpan.FromSeconds(20);
    /// <summary>Ends with as many switches as there were by then.</summary>
    private static readonly TimeSpan MeasureWithin = TimeSpan.FromSeconds(80);

    /// <summary>Until all mine: some 10 s on a quiet machine.</summary>
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(180);

    /// <summary>For the rest: some 70 s on a quiet machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(115);

    /// <param name="arguments">How many switches, default 500; then settings for the nodes as KEY=VALUE.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken stopping)
    {
        var count = arguments.Count > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 500;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(StartWithin);
        await using var pool = StartPool();
        var folders = Enumerable.Range(0, Nodes).Select(_ => Directory.CreateTempSubdirectory("p2p-bench-")).ToArray();
        var nodes = new List<ChildProcess>();
        try
        {
            Start(nodes, folders, pool, arguments.Skip(1));
            await Task.WhenAll(nodes.Select(node => node.HearAsync("mining", limit.Token)));
            limit.CancelAfter(Limit);
            Console.WriteLine($"fan-out: {Nodes} node processes mine, by default in light mode with one thread each, on {Environment.ProcessorCount} CPUs");

            var hash = await HashTimesAsync(nodes, limit.Token);
            await MeasureAsync(nodes, pool, WarmUp, WarmUpWithin, limit.Token);
            var samples = await MeasureAsync(nodes, pool, count, MeasureWithin, limit.Token);
            if (samples.Count == 0)
            {
                Console.Error.WriteLine($"fan-out: not one switch within {MeasureWithin.TotalSeconds:0} s");
                return 1;
            }

            Console.WriteLine($"one hash on its thread, all threads at work, {hash.Count} times: {Figures.Spread(hash)}");
            Console.WriteLine($"new job from the pool, {samples.Count} times, to");
            Report("master's own engine told", [.. samples.Select(sample => sample.MasterTold)]);
            Report("last of three engines told", [.. samples.Select(sample => sample.LastTold)]);
            Report("master's own thread switched", [.. samples.Select(sample => sample.MasterSwitched)]);
            Report("last of three threads switched", [.. samples.Select(sample => sample.LastSwitched)]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"the last of three / the master alone, ratio of medians: told {Ratio(sample => sample.LastTold, sample => sample.MasterTold):F2}, "
                + $"switched {Ratio(sample => sample.LastSwitched, sample => sample.MasterSwitched):F2}"));
            return 0;

            double Ratio(Func<Sample, double> above, Func<Sample, double> below) =>
                Figures.Median([.. samples.Select(above)]) / Figures.Median([.. samples.Select(below)]);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            Console.Error.WriteLine($"fan-out: no start within {StartWithin.TotalSeconds:0} s, or not done {Limit.TotalSeconds:0} s later; is the machine busy otherwise?");
            return 1;
        }
        finally
        {
            await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));

            // A node that was ended by force has not removed its own.
            foreach (var folder in folders.Where(folder => Directory.Exists(folder.FullName)))
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static PracticePool StartPool()
    {
        // So hard that no share comes, and no job but those asked for.
        var pool = new PracticePool(
            new() { StartDifficulty = 1_000_000_000_000, MinDifficulty = 1_000_000_000_000, BlockInterval = TimeSpan.FromHours(1) },
            new NoEngine(), TimeProvider.System, NullLogger<PracticePool>.Instance);
        pool.Start();
        return pool;
    }

    private static void Start(List<ChildProcess> nodes, DirectoryInfo[] folders, PracticePool pool, IEnumerable<string> settings)
    {
        var key = ClusterKey.NewRandom();
        var ids = folders.Select(_ => NodeId.NewRandom()).ToArray();
        var beacons = FreePorts.Take();
        for (var i = 0; i < Nodes; i++)
        {
            new ClusterKeyFile(folders[i].FullName, TimeProvider.System).Create(key);
            nodes.Add(ChildProcess.Start(
            [
                FanOutNode.Name, ids[i].ToString(), folders[i].FullName, ids[0].ToString(),
                $"Node:Mode={(i == 0 ? "Master" : "Worker")}", $"Discovery:Port={beacons}",
                $"Pool:Pools:0:Url=stratum+tcp://{pool.Endpoint}", "Pool:Pools:0:User=bench",
                "Hashing:Threads=1", "Hashing:GuestThreads=0", "Hashing:RandomXMode=light", .. settings,
            ]));
        }
    }

    private static async Task<List<double>> HashTimesAsync(List<ChildProcess> nodes, CancellationToken cancellation)
    {
        var times = await Task.WhenAll(nodes.Select(async node =>
        {
            await node.SayAsync("hash");
            return await node.HearAsync("hash", cancellation);
        }));
        await Task.WhenAll(nodes.Select(node => node.HearAsync("mining", cancellation)));
        return [.. times.SelectMany(words => words).Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
    }

    private static async Task<List<Sample>> MeasureAsync(
        List<ChildProcess> nodes, PracticePool pool, int count, TimeSpan within, CancellationToken cancellation)
    {
        var samples = new List<Sample>();
        var begun = Stopwatch.GetTimestamp();
        while (samples.Count < count && Stopwatch.GetElapsedTime(begun) < within)
        {
            await Task.WhenAll(nodes.Select(async node =>
            {
                await node.SayAsync("watch");
                await node.HearAsync("watching", cancellation);
            }));

            // Long enough for the watch's own work to be over; of random length, so as to meet no other rhythm.
            await Task.Delay(Random.Shared.Next(40, 90), cancellation);
            var sent = Stopwatch.GetTimestamp();
            pool.RefreshJob();
            var switches = await Task.WhenAll(nodes.Select(async node =>
            {
                var words = await node.HearAsync("switched", cancellation);
                return (Told: Since(sent, words[0]), Switched: Since(sent, words[1]));
            }));
            samples.Add(new(switches[0].Told, switches.Max(node => node.Told), switches[0].Switched, switches.Max(node => node.Switched)));
        }

        return samples;
    }

    private static double Since(long sent, string ticks) => Stopwatch.GetElapsedTime(sent, long.Parse(ticks, CultureInfo.InvariantCulture)).TotalMilliseconds;

    private static void Report(string what, List<double> milliseconds) => Console.WriteLine($"  {what}: {Figures.Spread(milliseconds)}");

    /// <summary>Milliseconds from the pool's new job.</summary>
    private readonly record struct Sample(double MasterTold, double LastTold, double MasterSwitched, double LastSwitched);
}
