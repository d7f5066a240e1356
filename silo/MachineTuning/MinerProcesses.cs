using System.Globalization;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>Nodes of this program that run on the machine now.</summary>
internal static class MinerProcesses
{
    private const string ProgramName = "p2p-miner";

    /// <summary>What they hold in huge pages of all sizes: pages that need not be set aside a second time.</summary>
    /// <param name="root">Where /proc lies; "/" outside tests.</param>
    public static long HugePageBytes(string root = "/")
        => MachineText.Numbered(root, "/proc", "").Where(process => MachineText.Read(root, $"{process.Path}/comm") == ProgramName)
            .SelectMany(process => MachineText.Lines(root, $"{process.Path}/status"))
            .Select(line => line.Split([':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Sum(parts => parts is ["HugetlbPages", var kibibytes, ..] && long.TryParse(kibibytes, CultureInfo.InvariantCulture, out var count) ? count << 10 : 0);
}
