using System.Globalization;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>Nodes of this program that run on the machine now.</summary>
internal static class MinerProcesses
{
    private const string ProgramName = "p2p-miner";

    /// <param name="root">Where /proc lies; "/" outside tests.</param>
    public static bool AreRunning(string root = "/") => All(root).Any();

    /// <summary>What they hold in huge pages of all sizes: pages that need not be set aside a second time.</summary>
    /// <param name="root">Where /proc lies; "/" outside tests.</param>
    public static long HugePageBytes(string root = "/")
        => All(root).SelectMany(process => MachineText.Lines(root, $"{process.Path}/status"))
            .Select(line => line.Split([':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Sum(parts => parts is ["HugetlbPages", var kibibytes, ..] && long.TryParse(kibibytes, CultureInfo.InvariantCulture, out var count) ? count << 10 : 0);

    /// <summary>Without this one.</summary>
    private static IEnumerable<(int Number, string Path)> All(string root)
        => MachineText.Numbered(root, "/proc", "")
            .Where(process => process.Number != Environment.ProcessId && MachineText.Read(root, $"{process.Path}/comm") == ProgramName);
}
