using P2PMiner.Doctor;

namespace P2PMiner.Client;

/// <summary>What all nodes found, and what only shows when they are compared.</summary>
internal sealed record ClusterFindings(IReadOnlyList<NodeFindings> Nodes, IReadOnlyList<Finding> OfCluster)
{
    /// <summary>Findings that cost speed or safety.</summary>
    public int Wrong => OfCluster.Count(finding => finding.IsWrong) + Nodes.Sum(node => node.Report?.Findings.Count(finding => finding.IsWrong) ?? 0);
}
