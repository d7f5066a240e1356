using System.Globalization;
using P2PMiner.Doctor;
using P2PMiner.Native;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>What control groups (a service's limits, a container) leave of the machine.</summary>
internal static class LimitsCheck
{
    public const string Name = "limits";

    private const string Service = "p2p-miner.service";

    /// <summary>Below this no whole dataset fits.</summary>
    private const long WantedBytes = 2700L << 20;

    public static IEnumerable<Finding> Examine(Examination given)
    {
        var before = given.Live is null ? "This shell" : "The running node";
        var memory = HostMemory.Read(given.Root).TotalBytes;
        var isLimited = memory < MemoryOfMachine(given.Root);
        var isWrong = false;
        if (given.IsRandomX && isLimited && memory < WantedBytes)
        {
            isWrong = true;
            yield return Found.Speed(Name, $"{before} may use {Examination.Size(memory)} of memory, and a whole dataset wants {Examination.Size(WantedBytes)}.",
                Lift(given, "MemoryMax=infinity MemoryHigh=infinity"), "many times the speed of light mode");
        }

        if (!given.IsUnknown && CpuQuota.Read(given.Root) is { } cpus && cpus < given.Threads)
        {
            isWrong = true;
            yield return Found.Speed(Name, string.Create(CultureInfo.InvariantCulture,
                $"{before} may use {cpus:0.##} CPUs at once, for {Examination.Count(given.Threads, "thread")}."),
                Lift(given, "CPUQuota="), "speed in proportion");
        }

        if (!isWrong)
        {
            yield return Found.Ok(Name, isLimited ? $"{before} may use {Examination.Size(memory)} of memory, which is enough."
                : "No limit of a service or container is in the way.");
        }
    }

    /// <summary>Null: it is not our service that sets the limit.</summary>
    private static string? Lift(Examination given, string settings)
        => CpuQuota.OwnGroup(given.Root) == Service ? $"sudo systemctl set-property {Service} {settings}" : null;

    private static long MemoryOfMachine(string root)
        => MachineText.Lines(root, "/proc/meminfo").Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["MemTotal", _, ..]).Select(words => long.TryParse(words[1], CultureInfo.InvariantCulture, out var kibibytes)
                ? kibibytes << 10 : 0).FirstOrDefault();
}
