using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>What a node tells the others a few times a second. Written and read by <see cref="BeaconCodec"/>; never an Orleans message.</summary>
internal sealed record Beacon
{
    public const int MaxAddresses = 8;

    /// <summary>Highest term a beacon may carry: leaves room to count up for ever, whatever a faulty peer sends.</summary>
    public const ulong MaxTerm = ulong.MaxValue >> 2;

    public required NodeId Node { get; init; }

    /// <summary>Names one run of the node: its start in unix milliseconds, always later than that of the run before.</summary>
    public required ulong Boot { get; init; }

    /// <summary>Counts the beacons of one boot, from 1.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>The sender's clock in unix milliseconds.</summary>
    public required long SentUnixMs { get; init; }

    /// <summary>What the sender has decided. <see cref="ElectionNotice.Master"/> equal to <see cref="Node"/>: it says it is master.</summary>
    public required ElectionNotice Election { get; init; }

    /// <summary>Where the silo can be reached, at most <see cref="MaxAddresses"/>, the preferred first; no link-local IPv6.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    public required NodePorts Ports { get; init; }

    public required NodeSummary Summary { get; init; }
}
