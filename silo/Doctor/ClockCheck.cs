using P2PMiner.Doctor;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Doctor;

/// <summary>Whether this machine's clock is kept right, and how far those of the other nodes are from it.</summary>
internal static class ClockCheck
{
    public const string Name = "clock";

    private const string Sync = "sudo timedatectl set-ntp true";

    /// <summary>More than a network and a busy machine account for.</summary>
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(10);

    /// <summary>Well before the five minutes from which on nodes no longer see each other.</summary>
    private static readonly TimeSpan Dangerous = TimeSpan.FromMinutes(1);

    /// <param name="isSynchronized">By NTP; null: not known.</param>
    /// <param name="ahead">How far the clock of each node that is heard is ahead of this one's; below zero: behind.</param>
    public static IEnumerable<Finding> Examine(bool? isSynchronized, IReadOnlyList<(NodeId Node, TimeSpan Ahead)> ahead)
    {
        var apart = ahead.Where(peer => peer.Ahead.Duration() > Noticeable).ToList();
        foreach (var (node, difference) in apart)
        {
            var text = $"The clock of node {node.Short} is {Math.Round(difference.Duration().TotalSeconds)} s {(difference > TimeSpan.Zero ? "ahead of" : "behind")} this one; from 5 minutes on they lose each other.";
            yield return difference.Duration() > Dangerous ? Found.Safety(Name, text, Sync, "nodes that stay together")
                : Found.Note(Name, text, Sync, "nodes that stay together");
        }

        if (isSynchronized == false)
        {
            yield return Found.Note(Name, "Nothing keeps the clock of this machine right (NTP).", Sync, "nodes that stay together");
        }
        else if (apart.Count == 0)
        {
            yield return isSynchronized == true || ahead.Count > 0
                ? Found.Ok(Name, ahead.Count == 0 ? "The clock is kept right by NTP."
                    : $"The clocks of {Examination.Count(ahead.Count, "other node")} agree with this one.")
                : Found.Note(Name, "Whether the clock is kept right could not be read.");
        }
    }
}
