using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>How often CPUs were slowed down because they were too hot, since the start of the machine, all together.</summary>
internal static class ThrottleCounts
{
    private static readonly string[] Files = ["core_throttle_count", "package_throttle_count"];

    /// <returns>Null: this machine does not count, or it cannot be read.</returns>
    public static long? Read(string root)
    {
        var counts = MachineText.Numbered(root, "/sys/devices/system/cpu", "cpu")
            .SelectMany(cpu => Files.Select(file => MachineText.Number(root, $"{cpu.Path}/thermal_throttle/{file}"))).OfType<long>().ToList();
        return counts.Count == 0 ? null : counts.Sum();
    }
}
