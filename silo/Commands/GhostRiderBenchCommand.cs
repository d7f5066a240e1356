using System.Globalization;
using Microsoft.Extensions.Options;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Commands;

/// <summary>
/// --bench gr: the speed of each CryptoNight variant and of whole hashes, and whether this machine hashes correctly. A wrong sum is exit
/// code 1.
/// </summary>
internal static class GhostRiderBenchCommand
{
    /// <summary>The list is repeated until this much time has passed: fast machines finish it in a second.</summary>
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(20);

    /// <exception cref="HashEngineException">No memory, or this machine hashes wrongly.</exception>
    public static async Task<int> RunAsync(ulong nonces, IServiceProvider services, Screen screen, TextWriter error, CancellationToken cancellation)
    {
        SelfTest.Run(Algorithm.GhostRider);
        var clock = TimeProvider.System;
        var options = services.GetRequiredService<IOptions<HashEngineOptions>>().Value;
        var engine = services.GetRequiredService<IHashEngine>();
        var benchmark = new GhostRiderBenchRun(engine);
        await BenchCommand.PrepareAsync(benchmark.PrepareAsync(cancellation), engine, screen, cancellation);
        var ready = engine.GetStatus();

        var began = clock.GetTimestamp();
        var count = GhostRiderHeaders.Count * nonces;
        var progress = BenchCommand.Progress(count, clock, screen);
        var sums = new List<ulong>();
        do
        {
            sums.Add(await benchmark.RunAsync(nonces, sums.Count == 0 ? progress : _ => { }, cancellation));
        }
        while (nonces != OptionValues.GhostRiderQuickBenchNonces && clock.GetElapsedTime(began) < LeastTime);
        var seconds = clock.GetElapsedTime(began).TotalSeconds;

        // Once the scratchpads are freed, so that no more memory is used than --ram allows.
        await ((IAsyncDisposable)engine).DisposeAsync();
        var variants = GhostRiderRates.Measure(ready.VariantLanes, ready.Threads, options);
        var machine = HostCapabilities.Detect(Algorithm.GhostRider, options);
        screen.WriteLine($"{machine.Cpu}, {ready.Threads} thread{(ready.Threads == 1 ? "" : "s")}, kernel {GhostRiderKernel.Name}, "
            + $"memory with scratchpads {ready.MemoryBytes >> 20} MB, huge pages {ready.HugePages}/{ready.HugePagesWanted}");
        foreach (var line in Lines(variants, ready.Threads))
        {
            screen.WriteLine(line);
        }

        return Report(nonces, sums, seconds, ready.Threads, screen, error);
    }

    internal static IEnumerable<string> Lines(IEnumerable<(string Variant, int Lanes, TimeSpan PerHash)> variants, int threads)
        => variants.Select(entry => string.Create(CultureInfo.InvariantCulture,
            $"{entry.Variant,-12} {entry.Lanes,2} lanes {entry.PerHash.TotalMilliseconds,8:F3} ms a hash on each thread {threads / entry.PerHash.TotalSeconds,9:F1} h/s"));

    /// <summary>The line with the sum comes last, because scripts look for it there.</summary>
    /// <param name="sums">One for each pass over the list.</param>
    internal static int Report(ulong nonces, IReadOnlyList<ulong> sums, double seconds, int threads, Screen screen, TextWriter error)
    {
        var invariant = CultureInfo.InvariantCulture;
        var hashes = GhostRiderHeaders.Count * nonces * (ulong)sums.Count;
        var recorded = GhostRiderBenchRun.RecordedSum(nonces) ?? sums[0];
        var wrong = sums.FirstOrDefault(sum => sum != recorded, recorded);
        screen.WriteLine(string.Create(
            invariant, $"{"all",-12}          {1000 * seconds * threads / hashes,8:F3} ms a hash on each thread {hashes / seconds,9:F1} h/s"));
        screen.WriteLine(wrong == recorded ? "the sum is the recorded one" : $"the sum is wrong: {recorded:X16} is recorded");
        screen.WriteLine(string.Create(invariant, $"benchmark finished in {seconds:F3} seconds ({hashes / seconds:F1} h/s) hash sum = {wrong:X16}"));
        if (wrong == recorded)
        {
            return ExitCode.Done;
        }

        error.WriteLine($"p2p-miner: this machine hashes wrongly: hash sum {wrong:X16} instead of {recorded:X16}");
        return ExitCode.Failed;
    }
}
