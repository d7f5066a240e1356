using P2PMiner.Doctor;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Doctor;

/// <summary>Whether all nodes of the cluster run the same version.</summary>
internal static class VersionsCheck
{
    public const string Name = "versions";

    /// <param name="own">The running node's.</param>
    /// <param name="others">Of the other nodes that answer.</param>
    /// <param name="installed">Of this program, which would be the node's at its next start.</param>
    public static IEnumerable<Finding> Examine(string own, IReadOnlyList<(NodeId Node, string Version)> others, string installed)
    {
        if (own != installed)
        {
            yield return Found.Note(Name, $"The node that runs is p2p-miner {own}, and this program is {installed}: start the node again.");
        }

        var different = others.Where(other => other.Version != own).ToList();
        yield return different.Count == 0
            ? Found.Ok(Name, others.Count == 0 ? $"This is p2p-miner {own}." : $"All {others.Count + 1} nodes run p2p-miner {own}.")
            : Found.Note(Name,
                $"This is p2p-miner {own}; {string.Join(", ", different.Take(8).Select(other => $"node {other.Node.Short} runs {other.Version}"))}. Give all the same version.");
    }
}
