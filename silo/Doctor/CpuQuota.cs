using System.Globalization;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>How much CPU time the control groups of this process allow it.</summary>
internal static class CpuQuota
{
    /// <summary>The lowest limit of this process's group and those above it, in CPUs: 1.5 is one and a half.</summary>
    /// <param name="root">Where /proc and /sys lie; "/" outside tests.</param>
    /// <returns>Null: no limit, or it cannot be read.</returns>
    public static double? Read(string root)
    {
        double? least = null;
        foreach (var group in Groups(root))
        {
            // Version 2 has "150000 100000" or "max 100000" in one file, version 1 two files, with -1 for no limit.
            var words = MachineText.Read(root, $"{group}/cpu.max")?.Split(' ')
                ?? [MachineText.Read(root, $"{group}/cpu.cfs_quota_us") ?? "", MachineText.Read(root, $"{group}/cpu.cfs_period_us") ?? ""];
            if (words is [var quota, var period] && double.TryParse(quota, CultureInfo.InvariantCulture, out var may)
                && double.TryParse(period, CultureInfo.InvariantCulture, out var of) && may > 0 && of > 0)
            {
                least = Math.Min(least ?? double.MaxValue, may / of);
            }
        }

        return least;
    }

    /// <summary>The last part of this process's path in the tree of control groups, such as p2p-miner.service.</summary>
    public static string OwnGroup(string root) => Paths(root).Select(path => Path.GetFileName(path.Path)).LastOrDefault() ?? "";

    private static IEnumerable<string> Groups(string root)
    {
        foreach (var (hierarchy, own) in Paths(root))
        {
            for (var path = own; ; path = Path.GetDirectoryName(path) ?? "")
            {
                yield return $"{hierarchy}/{path}".TrimEnd('/');
                if (path.Length == 0)
                {
                    break;
                }
            }
        }
    }

    private static IEnumerable<(string Hierarchy, string Path)> Paths(string root)
        => from line in MachineText.Lines(root, "/proc/self/cgroup")
           let parts = line.Split(':', 3)
           where parts.Length == 3 && (parts[1].Length == 0 || parts[1].Split(',').Contains("cpu"))
           select (parts[1].Length == 0 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu", parts[2].Trim('/'));
}
