using System.Collections.Immutable;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>One moment of <see cref="Mastership"/>.</summary>
/// <param name="Decision">Where this node stands now.</param>
/// <param name="Master">
/// The node that counts as master: the last one decided on, even while there is no decision; null: there was none yet.
/// </param>
/// <param name="Peers">Living nodes by id, this one left out.</param>
internal sealed record MasterView(MasterDecision Decision, Master? Master, ImmutableSortedDictionary<NodeId, LivingPeer> Peers)
{
    public static MasterView Initial { get; } = new(default, null, ImmutableSortedDictionary<NodeId, LivingPeer>.Empty);
}
