using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// What a node holds about the master. <see cref="Term"/> never falls; with <see cref="MasterRole.None"/> it is the last one known. Whoever sees
/// the same master with a higher term must treat it as a new master: another may have ruled in between.
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
