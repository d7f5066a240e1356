using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Benchmarks;

/// <summary>RandomX: how long a machine hashes nothing when the seed changes, by what of the next dataset was made ahead.</summary>
internal static class SeedChangeBenchmark
{
    public const string Name = "seed-change";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static int _seeds;

    private enum Ahead
    {
        Nothing,
        Cache,
        Dataset,
    }

    /// <param name="arguments">Mode (fast, partial or light, default fast), rounds (default 3), and for partial the memory in MiB (default 1500).</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken stopping)
    {
        var mode = arguments.Count > 0 ? Enum.Parse<RandomXMode>(arguments[0], ignoreCase: true) : RandomXMode.Fast;
        var rounds = arguments.Count > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 3;
        int? limit = mode == RandomXMode.Partial ? arguments.Count > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 1500 : null;
        Console.WriteLine($"seed change in {mode.ToString().ToLowerInvariant()} mode, {Environment.ProcessorCount} threads: seconds from the new seed to the first hash with it");

        // With room for one dataset, and in fast mode for a cache beside it, which is what making the dataset took.
        await MeasureAsync(mode, limit ?? (mode == RandomXMode.Fast ? 2600 : 400), mode == RandomXMode.Fast ? [Ahead.Nothing, Ahead.Cache]
            : [Ahead.Nothing], rounds, stopping);
        if (limit is null)
        {
            await MeasureAsync(mode, limit, [Ahead.Dataset], rounds, stopping);
        }

        return 0;
    }

    private static async Task MeasureAsync(RandomXMode mode, int? ramMegabytes, Ahead[] kinds, int rounds, CancellationToken stopping)
    {
        await using var engine = new HashEngine(Options.Create(new HashEngineOptions
        {
            Threads = Environment.ProcessorCount,
            RandomXMode = mode, RamMegabytes = ramMegabytes, Tune = false, Niceness = 0
        }),
            TimeProvider.System, NullLogger<HashEngine>.Instance);
        await engine.PrepareAsync(Algorithm.RandomX, NextSeed(), stopping);
        var seconds = kinds.ToDictionary(kind => kind, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var kind in kinds)
            {
                seconds[kind].Add(await ChangeAsync(engine, kind, stopping));
            }
        }

        foreach (var kind in kinds)
        {
            Console.WriteLine($"{kind.ToString().ToLowerInvariant()} made ahead: {string.Join(", ", seconds[kind].Select(Text))} s, median {Text(Figures.Median(seconds[kind]))} s");
        }
    }

    private static async Task<double> ChangeAsync(HashEngine engine, Ahead kind, CancellationToken stopping)
    {
        var old = engine.GetStatus().Seed!;
        var next = NextSeed();
        var before = engine.GetStatus().MemoryBytes;
        if (kind != Ahead.Nothing)
        {
            engine.ExpectSeed(Algorithm.RandomX, next);
            var waiting = Stopwatch.StartNew();
            while (kind == Ahead.Cache ? engine.GetStatus().MemoryBytes < before + RandomXItems.CacheBytes : engine.NextProgress is not >= 0.999)
            {
                // The engine makes what there is room for.
                if (waiting.Elapsed > Patience || (engine.NextProgress is null && waiting.Elapsed > TimeSpan.FromSeconds(10)))
                {
                    throw new FormatException($"there is no memory to make the {kind.ToString().ToLowerInvariant()} of the next seed ahead");
                }

                await Task.Delay(20, stopping);
            }
        }

        // All threads at work, as when a pool announces the seed.
        var mining = Enumerable.Range(0, Environment.ProcessorCount).Select(thread => engine.SearchAsync(Slice(old, thread, NonceRange.SpaceSize))).ToList();
        await Task.Delay(TimeSpan.FromSeconds(1), stopping);
        var began = Stopwatch.GetTimestamp();
        await engine.PrepareAsync(Algorithm.RandomX, next, stopping);
        var first = await engine.SearchAsync(Slice(next, thread: 0, count: 1));
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await Task.WhenAll(mining);
        return first.HashesDone == 1 ? took : throw new InvalidOperationException("the first slice of the new seed was not hashed");
    }

    private static SearchSlice Slice(Seed seed, int thread, ulong count) => new()
    {
        Generation = 1,
        Algorithm = Algorithm.RandomX,
        Seed = seed,
        Blob = [.. Enumerable.Repeat((byte)thread, 76)],
        NonceOffset = 39,
        Range = new(0, count),
        Target = Target.FromDifficulty(1_000_000_000),
    };

    private static Seed NextSeed() => Seed.FromBytes(BitConverter.GetBytes(_seeds++));

    private static string Text(double seconds) => seconds.ToString("F2", CultureInfo.InvariantCulture);
}
