using P2PMiner.Doctor;
using P2PMiner.Native;

namespace P2PMiner.Silo.Doctor;

/// <summary>Whether the whole dataset of RandomX is held, or could be.</summary>
internal static class MemoryCheck
{
    public const string Name = "memory";

    private const string Setting = "--randomx-mode or --ram";

    private const string Gain = "many times the speed of light mode";

    public static IEnumerable<Finding> Examine(Examination given)
    {
        if (given.IsUnknown)
        {
            yield return Found.Note(Name, "Only the running node knows its memory, and it did not answer.");
            yield break;
        }

        yield return given.Live is { } live ? OfRunning(given, live.Engine) : OfPlan(given);
    }

    private static Finding OfRunning(Examination given, EngineStatus engine) => engine.DatasetMode switch
    {
        DatasetMode.None => Found.Ok(Name,
            engine.MemoryBytes == 0 ? "The running node holds no dataset yet." : $"The running node uses {Examination.Size(engine.MemoryBytes)} for hashing."),
        DatasetMode.Fast => Found.Ok(Name, $"The running node holds the whole dataset and uses {Examination.Size(engine.MemoryBytes)} for hashing."),
        var mode when IsChosen(given) => Found.Note(Name, $"The running node hashes in {mode.ModeName()} mode, as {Setting} says.", gain: Gain),
        var mode => Found.Speed(Name,
            $"The running node hashes in {mode.ModeName()} mode: when it started, there was no memory for the whole dataset (2.4 GB and 256 MB for the rest).",
            gain: Gain),
    };

    /// <summary>Not by us, and so no fault.</summary>
    private static bool IsChosen(Examination given) => given.Hashing is { RandomXMode: RandomXMode.Light or RandomXMode.Partial } or { RamMegabytes: not null };

    private static Finding OfPlan(Examination given)
    {
        var free = HostMemory.Read(given.Root).AvailableBytes;
        try
        {
            var plan = given.Forecast();
            return plan.Mode is DatasetMode.None or DatasetMode.Fast
                    ? Found.Ok(Name, $"{Examination.Size(free)} are free, and hashing takes {Examination.Size(plan.Bytes)}.")
                : IsChosen(given) ? Found.Note(Name, $"RandomX would hash in {plan.Mode.ModeName()} mode, as {Setting} says.", gain: Gain)
                : given.IsBesideAnother ? Found.Note(Name,
                    $"{Examination.Size(free)} are free beside the node that runs: a second one would hash in {plan.Mode.ModeName()} mode.")
                : Found.Speed(Name,
                    $"{Examination.Size(free)} are free, which is {Examination.Size(plan.MissingForFastBytes)} too little for the whole dataset: RandomX would hash in {plan.Mode.ModeName()} mode.",
                    gain: Gain);
        }
        catch (HashEngineException error)
        {
            return given.IsBesideAnother ? Found.Note(Name, $"A second node would not start: {error.Message}.")
                : Found.Speed(Name, $"The miner would not start: {error.Message}.");
        }
    }
}
