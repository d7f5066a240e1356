using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>A node heard of within the timeout.</summary>
internal sealed record LivingPeer
{
    public required NodeId Node { get; init; }

    /// <summary>One run of the node; a new value means its process has restarted.</summary>
    public required ulong Boot { get; init; }

    /// <summary>Where to reach its silo, best first: the announced address its beacons come from, then the other announced ones.</summary>
    public required IReadOnlyList<IPAddress> Addresses { get; init; }

    public required NodePorts Ports { get; init; }

    public IPEndPoint TablePort => new(Addresses[0], Ports.Table);

    public required NodeSummary Summary { get; init; }

    public required ElectionNotice Election { get; init; }

    /// <summary>How far its clock was ahead of this node's at its last beacon, the way of the beacon included; below zero: behind.</summary>
    public TimeSpan ClockAhead { get; init; }
}
