using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// What a node believes about the master. <see cref="Term"/> never falls; with <see cref="MasterRole.None"/> it is the last one known.
/// The same master with a higher term must be treated as a new master: there may have been another in between.
/// </summary>
internal readonly record struct MasterDecision(MasterRole Role, NodeId? Master, ulong Term)
{
    public override string ToString() => Role switch
    {
        MasterRole.Master => $"master, term {Term}",
        MasterRole.Following => $"following {Master!.Value.Short}, term {Term}",
        _ => $"no master, term {Term}",
    };
}
