using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Benchmarks;

/// <summary>GhostRider: the speed as p2p-miner --bench gr has it, and how soon a new job ends what is under way.</summary>
internal static class GhostRiderBenchmark
{
    /// <param name="arguments">Options of p2p-miner.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken stopping)
    {
        var exitCode = await Silo.Program.RunAsync(["--bench", "gr", .. arguments], Silo.Terminal.ProgramIo.OfProcess(), stopping);
        await SwitchesAsync(300, stopping);
        return exitCode;
    }

    /// <summary>Preempts endless slices of the slowest kind of job, at moments spread over their batches.</summary>
    public static async Task SwitchesAsync(int count, CancellationToken stopping)
    {
        await using var engine = new HashEngine(Options.Create(new HashEngineOptions { Tune = false }), TimeProvider.System, NullLogger<HashEngine>.Instance);
        await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, stopping);
        var threads = engine.GetStatus().Threads;
        var random = new Random(1);
        var times = new List<double>();
        for (var generation = 1UL; times.Count < count; generation++)
        {
            var slices = Enumerable.Range(0, threads).Select(_ => engine.SearchAsync(EndlessSlice(generation))).ToList();
            await Task.Delay(TimeSpan.FromMilliseconds(200 + random.Next(100)), stopping);
            var began = Stopwatch.GetTimestamp();
            engine.Preempt(generation + 1);
            await Task.WhenAll(slices);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        Console.WriteLine($"preempted to last thread idle, dark, fast and lite with up to {engine.GetStatus().Lanes} lanes on {threads} threads, {count} times: {Figures.Spread(times)}");
    }

    /// <summary>All nibbles of the previous hash but three are 3: dark, fast and lite.</summary>
    private static SearchSlice EndlessSlice(ulong generation)
    {
        var header = new byte[80];
        header.AsSpan(4, 32).Fill(0x33);
        header[4] = 0x20;
        return new()
        {
            Generation = generation,
            Algorithm = Algorithm.GhostRider,
            Seed = Seed.None,
            Blob = [.. header],
            NonceOffset = 76,
            Range = NonceRange.All,
            Target = default,
        };
    }
}
