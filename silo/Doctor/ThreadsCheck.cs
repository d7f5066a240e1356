using System.Globalization;
using P2PMiner.Doctor;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>Hashing threads against CPUs, cores and the L3 cache, of which RandomX wants 2 MiB for each thread.</summary>
internal static class ThreadsCheck
{
    public const string Name = "threads";

    private const long PerThreadBytes = 2 << 20;

    public static IEnumerable<Finding> Examine(Examination given)
    {
        if (given.IsUnknown)
        {
            yield return Found.Note(Name, "Only the running node knows its threads, and it did not answer.");
            yield break;
        }

        var (threads, l3) = (given.Threads, given.Caches.L3Bytes);
        var fitting = given.IsRandomX && l3 > 0 ? (int)Math.Max(1, l3 / PerThreadBytes) : int.MaxValue;
        var most = Math.Min(given.Cpus, fitting);
        var there = $"{Examination.Count(given.Cpus, "CPU")}{Smt(given)}{(l3 > 0 ? $", {Examination.Size(l3)} of L3 cache" : "")}";
        var hashing = $"Hashing takes {Examination.Count(threads, "thread")} on {there}";
        yield return threads > given.Cpus
                ? Found.Speed(Name, $"{hashing}: they take turns.", Set(given, most), "steadier speed")
            : threads > fitting
                ? Found.Speed(Name,
                    $"{hashing}: RandomX wants 2 MiB of it for each thread, so {fitting} hash faster.",
                    Set(given, fitting), "some percent more speed, at less power")
            : threads < most
                ? Found.Note(Name, $"{hashing}; there could be {most}.", Set(given, most),
                    $"up to {100 * (most - threads) / threads} percent more speed")
            : given.IsRandomX && l3 == 0
                ? Found.Note(Name, $"{hashing}; how much L3 cache there is, this machine does not tell.")
            : Found.Ok(Name, $"{hashing}.");
    }

    private static string Set(Examination given, int threads)
    {
        var number = threads.ToString(CultureInfo.InvariantCulture);
        return given.Live is { } live ? $"{given.ConsoleCommand($"threads {live.Node.Short} {number}")}" : $"{given.Commands.Miner} --threads {number}";
    }

    /// <summary>CPUs that share a core.</summary>
    private static string Smt(Examination given)
    {
        var cores = MachineText.Numbered(given.Root, "/sys/devices/system/cpu", "cpu")
            .Select(cpu => given.Read($"{cpu.Path}/topology/thread_siblings_list")).OfType<string>().Distinct().Count();
        return cores > 0 && given.Read("/sys/devices/system/cpu/smt/active") == "1" ? $" on {Examination.Count(cores, "core")} (SMT)" : "";
    }
}
