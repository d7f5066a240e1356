using System.Net;
using P2PMiner.Peers;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Discovery;

/// <summary>What discovery must know about this node; registered where the host is composed.</summary>
internal sealed record DiscoveryNode
{
    public required NodeId Id { get; init; }

    public required NodeMode Mode { get; init; }

    public required NodePorts Ports { get; init; }

    /// <summary>
    /// What the silo listens on. Any: beacons go out on all networks. Loopback: only other silos on this machine. Else: the network of that
    /// address.
    /// </summary>
    public required IPAddress Bind { get; init; }

    /// <summary>--connect: nodes to be called directly, named by their ports between nodes.</summary>
    public IReadOnlyList<DnsEndPoint> Connect { get; init; } = [];

    /// <summary>What this node's beacons say about its strength. Asked at each beat, so it does not block.</summary>
    public Func<NodeSummary> Summary { get; init; } = () => default;

    /// <summary>Where term and boot number are kept between runs.</summary>
    public required string DataFolder { get; init; }

    public bool MayBeMaster => Mode != NodeMode.Worker;

    /// <summary>Beacons go to the table ports of those nodes and no others, and there is no UDP.</summary>
    public bool UsesTablePorts => Mode == NodeMode.Worker && Connect.Count > 0;

    /// <summary>The address at which this node itself reaches its own table port.</summary>
    public IPEndPoint TablePort => new(BeaconNetwork.IsAny(Bind) ? IPAddress.Loopback : Bind, Ports.Table);

    public Candidate Candidate => new(Mode == NodeMode.Master, Id);
}
