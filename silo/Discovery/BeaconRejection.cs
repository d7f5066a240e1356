namespace P2PMiner.Silo.Discovery;

/// <summary>Why a datagram was not taken as a beacon. <see cref="None"/>: it was.</summary>
internal enum BeaconRejection
{
    None = 0,
    TooShort,
    TooLong,

    /// <summary>Another program's datagram: the magic differs.</summary>
    NotOurs,

    /// <summary>Authentic, but of a version that this program does not speak, see <see cref="WireVersion"/>.</summary>
    Version,
    ForeignCluster,
    BadMac,

    /// <summary>Authentic, yet lengths, counts or ranges are impossible: a fault in the sender, not an attack.</summary>
    Malformed,

    /// <summary>The sender's clock and ours differ by more than <see cref="ReplayGuard.ClockWindow"/>, or the datagram is that old.</summary>
    ClockWindow,

    /// <summary>A copy of, or one sent a little before, the newest: usual where broadcast, multicast and unicast all arrive.</summary>
    Duplicate,

    /// <summary>Older than what its sender has sent since, or from a run of the node that is over.</summary>
    Replayed,

    /// <summary>A counter in it is further above what is known here than any can honestly be, see <see cref="CounterLimit"/>.</summary>
    Leap,

    /// <summary>Our own beacon, come back.</summary>
    Own,

    /// <summary>Another process uses this node's id: a copied data folder.</summary>
    SameNodeId,

    /// <summary>Passed on by another node, without telling where its sender can be reached.</summary>
    NoAddress,

    /// <summary>
    /// The node sends more than it can have a reason to, or there are more nodes than are kept: authentic and new, but dropped.
    /// </summary>
    Flood,
}
