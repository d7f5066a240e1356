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
        yield return threads > given.Cpus
                ? Found.Speed(Name, $"{Examination.Count(threads, "thread")} hash on {there}: they take turns.", Set(given, most), "steadier speed")
            : threads > fitting
                ? Found.Speed(Name,
                    $"{Examination.Count(threads, "thread")} hash on {there}: RandomX wants 2 MiB of it for each thread, so {fitting} are faster.",
                    Set(given, fitting), "some percent more speed, at less power")
            : threads < most
                ? Found.Note(Name, $"{Examination.Count(threads, "thread")} hash on {there}; {most} could.", Set(given, most),
                    $"up to {100 * (most - threads) / threads} percent more speed")
            : given.IsRandomX && l3 == 0
                ? Found.Note(Name, $"{Examination.Count(threads, "thread")} hash on {there}; how much L3 cache there is, this machine does not tell.")
            : Found.Ok(Name, $"{Examination.Count(threads, "thread")} hash on {there}.");
    }

    private static string Set(Examination given, int threads) => given.IsRunning
        ? $"{given.Commands.Console} threads {given.Live?.Node.Short ?? "NODE"} {threads.ToString(CultureInfo.InvariantCulture)}"
        : $"{given.Commands.Miner} --threads {threads.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>CPUs that share a core.</summary>
    private static string Smt(Examination given)
    {
        var cores = MachineText.Numbered(given.Root, "/sys/devices/system/cpu", "cpu")
            .Select(cpu => given.Read($"{cpu.Path}/topology/thread_siblings_list")).OfType<string>().Distinct().Count();
        return cores > 0 && given.Read("/sys/devices/system/cpu/smt/active") == "1" ? $" on {Examination.Count(cores, "core")} (SMT)" : "";
    }
}
