using System.Globalization;
using Microsoft.Extensions.Options;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Security;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Commands;

/// <summary>--bench: measures this machine, and shows whether it hashes correctly. A wrong sum is exit code 1.</summary>
internal static class BenchCommand
{
    private const int ProgressSteps = 10;
    private static readonly TimeSpan DatasetTick = TimeSpan.FromMilliseconds(200);

    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    /// <exception cref="HashEngineException">No memory, or the algorithm is not available.</exception>
    public static async Task<int> RunAsync(CommandLineConfiguration commandLine, IConfigurationRoot configuration, ProgramIo io, CancellationToken cancellation)
    {
        await using var options = MinerOptions.Bind(configuration);
        var clock = TimeProvider.System;
        var screen = new Screen(io.Out, io.Screen);
        var node = options.GetRequiredService<IOptions<NodeOptions>>().Value;
        var data = new DataStore(node.GetDataFolder());
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddMinerLogging(options.GetRequiredService<IOptions<OutputOptions>>().Value, screen)
            .AddHashEngineOptions()
            .AddHashEngine()
            .AddSingleton(new LaneFile(new MeasurementStore(data, LaneFile.Name, TimeProvider.System)))
            .AddSingleton(new ShapeFile(new MeasurementStore(data, ShapeFile.Name, TimeProvider.System)))
            .BuildServiceProvider();
        if (commandLine.GhostRiderBenchNonces is { } nonces)
        {
            return await GhostRiderBenchCommand.RunAsync(nonces, services, screen, io.Error, cancellation);
        }

        var (algorithm, count) = (node.GetAlgorithm(), commandLine.BenchHashes);
        if (algorithm == Algorithm.GhostRider)
        {
            throw new ConfigurationException(
                $"Node:Algorithm: a benchmark of {count} hashes is for RandomX; for ghostrider use --bench gr");
        }

        SelfTest.Run(algorithm);
        var engine = services.GetRequiredService<IHashEngine>();
        var benchmark = new Benchmark(engine, algorithm);
        await PrepareAsync(benchmark.PrepareAsync(cancellation), engine, screen, cancellation);
        var began = clock.GetTimestamp();
        var sum = await benchmark.RunAsync(count, Progress(count, clock, screen), cancellation);
        return Report(algorithm, count, sum, clock.GetElapsedTime(began).TotalSeconds, screen, io.Error);
    }

    /// <summary>Shows the progress of making a dataset or of measuring lanes.</summary>
    public static async Task PrepareAsync(Task prepared, IHashEngine engine, Screen screen, CancellationToken cancellation)
    {
        var watch = new DatasetWatch(screen, TimeProvider.System, line => screen.WriteLine(line));
        do
        {
            watch.Look(engine.GetStatus(), engine.GetStatus().Threads);
            await Task.WhenAny(prepared, Task.Delay(DatasetTick, cancellation));
        }
        while (!prepared.IsCompleted);
        await prepared;
        watch.Look(engine.GetStatus(), engine.GetStatus().Threads);
    }

    public static Action<ulong> Progress(ulong count, TimeProvider clock, Screen screen)
    {
        var began = clock.GetTimestamp();
        var step = 0UL;
        return done =>
        {
            if (done * ProgressSteps / count is var reached && reached > step && done < count)
            {
                step = reached;
                var rate = done / clock.GetElapsedTime(began).TotalSeconds;
                screen.WriteLine(string.Create(CultureInfo.InvariantCulture, $"benchmark {step * 100 / ProgressSteps}% {done}/{count} {rate:F1} h/s"));
            }
        };
    }

    /// <summary>The line with the sum comes last, because scripts look for it there.</summary>
    internal static int Report(Algorithm algorithm, ulong count, ulong sum, double seconds, Screen screen, TextWriter error)
    {
        var known = Benchmark.KnownSum(algorithm, count);
        screen.WriteLine(known is null ? $"no sum is known for {count} hashes of {algorithm.WireName()}"
            : known == sum ? "the sum is right"
            : $"the sum is WRONG: {known:X16} is right");
        screen.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"benchmark finished in {seconds:F3} seconds ({count / seconds:F1} h/s) hash sum = {sum:X16}"));
        if (known is null || known == sum)
        {
            return ExitCode.Done;
        }

        error.WriteLine($"p2p-miner: this machine hashes wrongly: hash sum {sum:X16} instead of {known:X16}");
        return ExitCode.Failed;
    }
}
