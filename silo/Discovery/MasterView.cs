using System.Collections.Immutable;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>One moment of <see cref="IMasterView"/>.</summary>
/// <param name="Number">Counts the views of this run, from 1.</param>
/// <param name="Peers">Living nodes by id, this one left out.</param>
internal sealed record MasterView(long Number, MasterDecision Decision, ImmutableSortedDictionary<NodeId, LivingPeer> Peers)
{
    public static MasterView Initial { get; } = new(0, default, ImmutableSortedDictionary<NodeId, LivingPeer>.Empty);

    /// <summary>The followed master's entry in <see cref="Peers"/>; null: this node is master, or none is known, or only others hear it.</summary>
    public LivingPeer? Master => Decision is { Role: MasterRole.Following, Master: { } id } ? Peers.GetValueOrDefault(id) : null;
}
