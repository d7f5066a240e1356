using System.Diagnostics;
using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Benchmarks;

/// <summary>One host: the whole path against the bare native loop, and how long a new job takes to its threads.</summary>
internal static class PathBenchmark
{
    /// <param name="arguments">Mode (fast or light, default fast), rounds (default 15), seconds a measurement (default 4).</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken stopping)
    {
        var mode = arguments.Count > 0 ? arguments[0] : "fast";
        var rounds = arguments.Count > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 15;
        var duration = TimeSpan.FromSeconds(arguments.Count > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 4);
        var threads = Environment.ProcessorCount;
        Console.WriteLine($"{threads} threads, {rounds} rounds of {duration.TotalSeconds:0} s");

        await using var miner = await MinerUnderTest.StartAloneAsync(threads, mode);
        var preparing = Stopwatch.StartNew();
        await miner.UntilMiningAsync();
        var engine = miner.Engine.GetStatus();
        Console.WriteLine($"dataset: {engine.DatasetMode.ModeName()} mode, {preparing.Elapsed.TotalSeconds:F1} s, {engine.MemoryBytes >> 20} MB, huge pages {engine.HugePages}/{engine.HugePagesWanted}");
        await Task.Delay(TimeSpan.FromSeconds(5), stopping);

        var path = new List<double>();
        var bare = new List<double>();
        var bytesPerHash = new List<double>();
        var perSlice = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            await miner.Peer.ResumeAsync();
            await miner.UntilMiningAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), stopping);
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            miner.Engine.StartMeter();
            await Task.Delay(duration, stopping);
            var (rate, hashes, slices) = miner.Engine.StopMeter();
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            path.Add(rate);
            bytesPerHash.Add((double)allocated / hashes);
            perSlice.Add((double)allocated / slices);

            await miner.Peer.PauseAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), stopping);
            bare.Add(await BareAsync(rate / threads * duration.TotalSeconds));
            Console.WriteLine($"round {round + 1}: whole path {path[^1]:F1} H/s, bare loop {bare[^1]:F1} H/s, ratio {path[^1] / bare[^1]:F4}");
        }

        var hashMilliseconds = 1000 * threads / Figures.Median(bare);
        Console.WriteLine($"whole path / bare native loop: {Figures.Median(path):F1} / {Figures.Median(bare):F1} H/s, ratio of medians {Figures.Median(path) / Figures.Median(bare):F4}");
        Console.WriteLine($"managed allocation on the whole path: {Figures.Median(bytesPerHash):F0} bytes a hash, {Figures.Median(perSlice):F0} bytes a slice of {Figures.Median(perSlice) / Figures.Median(bytesPerHash):F0} hashes");

        // What one hash takes on its thread, all threads at work: a switch waits for the one that runs.
        var single = (await Task.WhenAll(Enumerable.Range(0, threads).Select(async thread =>
        {
            var times = new List<double>();
            for (var nonce = 0u; nonce < 1000; nonce++)
            {
                times.Add((await miner.Engine.Inner.SearchAsync(BareSlice(thread, new(nonce, 1)))).Elapsed.TotalMilliseconds);
            }

            return times;
        }))).SelectMany(times => times).Order().ToList();
        Console.WriteLine($"one hash on its thread, {single.Count} times: p50 {single[single.Count / 2]:F2} ms, p99 {single[single.Count * 99 / 100]:F2} ms, worst {single[^1]:F2} ms");

        await miner.Peer.ResumeAsync();
        await miner.UntilMiningAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), stopping);
        // The first ones meet code that the runtime has not compiled in full yet, by threads that compete with the hashing.
        Report("first 200", await SwitchesAsync(200));
        Report("next 500", await SwitchesAsync(500));
        return 0;

        async Task<List<double>> SwitchesAsync(int count)
        {
            var switches = new List<double>();
            for (var i = 0; i < count; i++)
            {
                var switched = miner.Engine.NextSwitch();
                var sent = Stopwatch.GetTimestamp();
                miner.Pool.RefreshJob();
                switches.Add(Stopwatch.GetElapsedTime(sent, (await switched).Ended).TotalMilliseconds);
                await Task.Delay(100, stopping);
            }

            switches.Sort();
            return switches;
        }

        void Report(string which, List<double> switches)
            => Console.WriteLine($"pool's new job to last thread switched, {which}: p50 {switches[switches.Count / 2]:F2} ms, "
            + $"p99 {switches[switches.Count * 99 / 100]:F2} ms, worst {switches[^1]:F2} ms; one hash takes {hashMilliseconds:F2} ms");

        // One native call for each thread that lasts the whole measurement: nothing managed runs meanwhile.
        async Task<double> BareAsync(double hashesPerThread)
        {
            var results = await Task.WhenAll(Enumerable.Range(0, threads).Select(thread =>
                miner.Engine.Inner.SearchAsync(BareSlice(thread, new(0, (ulong)hashesPerThread)))));
            return results.Sum(result => result.HashesDone / result.Elapsed.TotalSeconds);
        }

        SearchSlice BareSlice(int thread, NonceRange range) => new()
        {
            Generation = ulong.MaxValue,
            Algorithm = Algorithm.RandomX,
            Seed = engine.Seed!,
            Blob = [.. Enumerable.Repeat((byte)thread, 76)],
            NonceOffset = 39,
            Range = range,
            Target = Target.FromDifficulty(1_000_000_000),
        };
    }
}
