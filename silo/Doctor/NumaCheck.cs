using System.Globalization;
using P2PMiner.Doctor;
using P2PMiner.Native;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>Whether every NUMA node has, or could have, a RandomX dataset of its own.</summary>
internal static class NumaCheck
{
    public const string Name = "NUMA";

    private const string Gain = "much more speed on that NUMA node";

    /// <summary>Of a whole dataset, with what else a node's threads take.</summary>
    private const long WantedBytes = 2400L << 20;

    public static IEnumerable<Finding> Examine(Examination given)
    {
        var nodes = MachineText.Numbered(given.Root, "/sys/devices/system/node", "node").Where(node => HasCpus(given, node.Path)).ToList();
        if (nodes.Count <= 1)
        {
            yield return Found.Ok(Name, "All memory is equally near (one NUMA node).");
            yield break;
        }

        if (!given.IsRandomX)
        {
            yield return Found.Ok(Name, $"{nodes.Count} NUMA nodes; GhostRider keeps its scratchpads near each thread.");
            yield break;
        }

        if (!given.Hashing.Numa)
        {
            yield return Found.Note(Name, $"The {nodes.Count} NUMA nodes are ignored because of --no-numa or Hashing:Numa.", gain: Gain);
            yield break;
        }

        if (given.Live is { Engine: { DatasetMode: DatasetMode.Fast } engine })
        {
            yield return engine.DatasetCopies >= nodes.Count
                ? Found.Ok(Name, $"Each of the {nodes.Count} NUMA nodes has a dataset of its own.")
                : Found.Speed(Name,
                    $"One dataset serves {nodes.Count} NUMA nodes: each wants {Examination.Size(WantedBytes)} of free memory for its own when the node starts.",
                        gain: Gain);
            yield break;
        }

        var small = given.IsRunning || given.IsBesideAnother ? []
            : nodes.Where(node => FreeBytes(given, node.Path, node.Number) is { } free && free < WantedBytes).ToList();
        yield return small.Count == 0
            ? Found.Ok(Name, $"{nodes.Count} NUMA nodes.")
            : Found.Speed(Name,
                $"NUMA node {string.Join(" and ", small.Select(node => node.Number))} has less than {Examination.Size(WantedBytes)} free, too little for a dataset of its own.",
                gain: Gain);
    }

    private static bool HasCpus(Examination given, string node) => given.Read($"{node}/cpulist") is { Length: > 0 };

    /// <summary>Null: the system does not tell.</summary>
    private static long? FreeBytes(Examination given, string node, int number)
    {
        var free = Field("MemFree") + (Field("Inactive(file)") ?? 0);
        return free << 10;

        // "Node 0 MemFree:  1234 kB"
        long? Field(string name) => MachineText.Lines(given.Root, $"{node}/meminfo")
            .Where(line => line.StartsWith(string.Create(CultureInfo.InvariantCulture, $"Node {number} {name}:"), StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(words => words.Length > 3 && long.TryParse(words[3], CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes : (long?)null)
                .FirstOrDefault();
    }
}
