using Microsoft.Extensions.Options;
using P2PMiner.Native;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.MachineTuning;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Commands;

/// <summary>tune apply, restore and status: the machine itself, not the program. What the machine refuses is told, and is no failure.</summary>
internal static class TuneCommand
{
    /// <returns>0 also where nothing could be changed: mining works all the same. 1: not as root, or the old values could not be kept.</returns>
    /// <exception cref="ConfigurationException">Settings contradict each other.</exception>
    /// <exception cref="HashEngineException">Too little memory for the algorithm.</exception>
    /// <exception cref="IOException">The old values cannot be kept.</exception>
    public static int Apply(IConfigurationRoot configuration, ProgramIo io)
    {
        if (!IsRoot("apply", io))
        {
            return ExitCode.Failed;
        }

        using var services = MinerOptions.Bind(configuration);
        var machine = new Machine();
        using var held = SavedValues.Lock();
        var tuner = new Tuner(machine, new SavedValues());
        foreach (var line in tuner.Apply(services.GetRequiredService<IOptions<TuningOptions>>().Value, () => Plan(services)))
        {
            io.Out.WriteLine(line);
        }

        return ExitCode.Done;
    }

    /// <returns>1: not as root, or something could not be put back; it is kept for the next try.</returns>
    /// <exception cref="IOException">The old values cannot be read.</exception>
    public static int Restore(ProgramIo io)
    {
        if (!IsRoot("restore", io))
        {
            return ExitCode.Failed;
        }

        using var held = SavedValues.Lock();
        var lines = new Tuner(new Machine(), new SavedValues()).Restore(out var isComplete);
        foreach (var line in lines)
        {
            io.Out.WriteLine(line);
        }

        return isComplete ? ExitCode.Done : ExitCode.Failed;
    }

    /// <exception cref="ConfigurationException">Settings contradict each other.</exception>
    /// <exception cref="HashEngineException">Too little memory for the algorithm.</exception>
    /// <exception cref="IOException">The old values cannot be read.</exception>
    public static int Status(IConfigurationRoot configuration, ProgramIo io)
    {
        using var services = MinerOptions.Bind(configuration);
        foreach (var line in Tuner.Status(Plan(services), Environment.IsPrivilegedProcess ? new SavedValues() : null))
        {
            io.Out.WriteLine(line);
        }

        return ExitCode.Done;
    }

    private static HugePagePlan Plan(IServiceProvider services)
        => HugePagePlan.Make(services.GetRequiredService<IOptions<NodeOptions>>().Value.GetAlgorithm(),
            services.GetRequiredService<IOptions<HashEngineOptions>>().Value, Environment.ProcessorCount);

    private static bool IsRoot(string word, ProgramIo io)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            io.Error.WriteLine($"p2p-miner: tune {word} changes the machine, which only root may: sudo p2p-miner tune {word}");
        }

        return Environment.IsPrivilegedProcess;
    }
}
