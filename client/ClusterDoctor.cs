using P2PMiner.Doctor;
using P2PMiner.Peers;

namespace P2PMiner.Client;

/// <summary>Lets every node examine itself, all at once, and compares them.</summary>
internal static class ClusterDoctor
{
    /// <summary>More than a network and a busy machine account for.</summary>
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(10);

    /// <summary>Well before the five minutes from which on nodes no longer see each other.</summary>
    private static readonly TimeSpan Dangerous = TimeSpan.FromMinutes(1);

    public static async Task<ClusterFindings> ExamineAsync(ICluster cluster, IReadOnlyList<string> nodes, TimeProvider clock)
    {
        var found = await Task.WhenAll(nodes.Select(async node =>
        {
            var report = await cluster.ExamineAsync(node);
            // Each node reads its clock just before it answers.
            return new NodeFindings(node, report, report is null ? default : DateTimeOffset.FromUnixTimeMilliseconds(report.UnixMs) - clock.GetUtcNow());
        }));
        return new(found, Compare(found));
    }

    public static IReadOnlyList<Finding> Compare(IReadOnlyList<NodeFindings> nodes)
        => [.. Silent(nodes), .. Masters(nodes), .. Clocks(nodes), .. Versions(nodes)];

    private static IEnumerable<Finding> Silent(IReadOnlyList<NodeFindings> nodes)
    {
        var silent = nodes.Where(node => node.Report is null).ToList();
        if (silent.Count > 0)
        {
            yield return New("answers", FindingSeverity.CostsSpeed,
                $"No answer from {List(silent)}: starting, cut off, or of a version without a doctor.", null);
        }
    }

    /// <summary>Two masters: each deals out work for its own connection to the pool.</summary>
    private static IEnumerable<Finding> Masters(IReadOnlyList<NodeFindings> nodes)
    {
        var seen = nodes.Where(node => node.Report is not null).GroupBy(node => node.Report!.Master).ToList();
        if (seen.Count > 1)
        {
            var who = seen.Select(group => $"{List([.. group])} {(group.Count() == 1 ? "sees" : "see")} {(group.Key is { } master ? master.Short : "none")}");
            yield return New("master", FindingSeverity.CostsSpeed,
                $"The nodes do not agree on the master: {string.Join("; ", who)}. If it stays so, beacons (UDP 10000) do not get through between them.", null);
        }
    }

    private static IEnumerable<Finding> Clocks(IReadOnlyList<NodeFindings> nodes)
    {
        var answers = nodes.Where(node => node.Report is not null).OrderBy(node => node.Ahead).ToList();
        if (answers.Count < 2)
        {
            yield break;
        }

        // From the one in the middle: the console's own clock may be the wrong one.
        var middle = answers[answers.Count / 2].Ahead;
        foreach (var node in answers.Where(node => (node.Ahead - middle).Duration() > Noticeable))
        {
            var apart = node.Ahead - middle;
            yield return New("clock", apart.Duration() > Dangerous ? FindingSeverity.CostsSafety : FindingSeverity.Note,
                $"The clock of {List([node])} is {Math.Round(apart.Duration().TotalSeconds)} s {(apart > TimeSpan.Zero ? "ahead of" : "behind")} the others; from 5 minutes on nodes lose each other.",
                "sudo timedatectl set-ntp true");
        }
    }

    private static IEnumerable<Finding> Versions(IReadOnlyList<NodeFindings> nodes)
    {
        var versions = nodes.Where(node => node.Report is not null).GroupBy(node => node.Report!.Version).OrderByDescending(group => group.Count()).ToList();
        if (versions.Count > 1)
        {
            yield return New("versions", FindingSeverity.Note,
                $"The nodes run different versions: {string.Join("; ", versions.Select(group => $"{List([.. group])} {group.Key}"))}. Give all the newest.",
                    null);
        }
    }

    private static Finding New(string check, FindingSeverity severity, string text, string? mend)
        => new() { Check = check, Severity = severity, Text = text, Mend = mend };

    /// <summary>"3f2a91bc, 77aa0102 and 5 more"</summary>
    private static string List(IReadOnlyList<NodeFindings> nodes)
    {
        const int Most = 8;
        var named = string.Join(", ", nodes.Take(Most).Select(node => NodeId.TryParse(node.Node, out var id) ? id.Short : node.Node));
        return nodes.Count > Most ? $"{named} and {nodes.Count - Most} more" : named;
    }
}
