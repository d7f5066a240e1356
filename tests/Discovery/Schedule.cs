using CsCheck;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;

namespace P2PMiner.Discovery.Tests;

/// <summary>One random history for <see cref="ElectionSimulation"/>: who takes part, how bad the network is, and what goes wrong when.</summary>
internal sealed record Schedule(NodeMode[] Modes, double Loss, double Duplication, TimeSpan MaxDelay, Fault[] Faults, uint FinalGroups, int Seed)
{
    public static readonly TimeSpan ChaosEnds = TimeSpan.FromSeconds(60);

    private static readonly Gen<TimeSpan> GenTime = Gen.Int[0, (int)ChaosEnds.TotalMilliseconds].Select(ms => TimeSpan.FromMilliseconds(ms));

    private static readonly Gen<Fault> GenFault = Gen.Select(
        Gen.Enum<FaultKind>(), GenTime, Gen.Int[0, 7], Gen.Int[100, 20_000], Gen.UInt,
        (kind, at, node, ms, groups) => new Fault(kind, at, node, TimeSpan.FromMilliseconds(ms), groups));

    public static Gen<Schedule> Any { get; } = Gen.Select(
        Gen.Frequency((6, Gen.Const(NodeMode.Auto)), (1, Gen.Const(NodeMode.Master)), (1, Gen.Const(NodeMode.Worker))).Array[1, 7],
        Gen.Double[0, 0.4],
        Gen.Double[0, 0.3],
        Gen.Int[1, 400].Select(ms => TimeSpan.FromMilliseconds(ms)),
        GenFault.Array[0, 8],
        Gen.Frequency((2, Gen.Const(0u)), (1, Gen.UInt)),
        Gen.Int,
        (modes, loss, duplication, delay, faults, groups, seed) => new Schedule(modes, loss, duplication, delay, faults, groups, seed));

    /// <summary>Ids are scattered over the nodes, so that the order of starting says nothing about rank.</summary>
    public Candidate Who(int node) => new(Modes[node] == NodeMode.Master, new NodeId((UInt128)(1 + (uint)(node * 5 + Seed) % 7 * 10 + (uint)node)));

    public override string ToString() =>
        $"modes [{string.Join(",", Modes)}] loss {Loss:F2} dup {Duplication:F2} delay {MaxDelay.TotalMilliseconds} ms groups {FinalGroups:x} seed {Seed} faults [{string.Join("; ", (object[])Faults)}]";
}

internal enum FaultKind
{
    /// <summary>A node's process stands still; what arrives meanwhile waits in its socket.</summary>
    Stall,

    /// <summary>A node's process dies and starts again after the duration.</summary>
    Restart,

    /// <summary>The network falls into two groups; bit n of Groups says which one node n is in.</summary>
    Partition,

    /// <summary>The node hears nobody, yet everybody hears it.</summary>
    Deaf,
}

internal sealed record Fault(FaultKind Kind, TimeSpan At, int Node, TimeSpan Duration, uint Groups);
