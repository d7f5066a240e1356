using P2PMiner.Peers;

namespace P2PMiner.Grains.Jobs;

/// <summary>
/// Which nodes have a living silo, followed from one membership snapshot to the next. A node that came back under a new address at once
/// never left.
/// </summary>
internal sealed class ClusterNodes
{
    private HashSet<NodeId> _alive = [];

    /// <summary>The nodes that came and those that went since the snapshot before.</summary>
    public (IReadOnlyList<NodeId> Came, IReadOnlyList<NodeId> Went) Next(ClusterMembershipSnapshot snapshot)
    {
        var alive = new HashSet<NodeId>();
        foreach (var member in snapshot.Members.Values)
        {
            if (!member.Status.IsTerminating() && NodeId.TryParse(member.Name, out var node))
            {
                alive.Add(node);
            }
        }

        var before = _alive;
        _alive = alive;
        return ([.. alive.Except(before)], [.. before.Except(alive)]);
    }
}
