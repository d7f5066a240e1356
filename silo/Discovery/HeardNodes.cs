using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// The nodes heard of, those silent for a while included: the last beacon of each, and where it can be reached. Copies of a beacon come by several ways, and
/// any may be first; which of them counts is decided here. No clock and no lock of its own; one thread at a time.
/// </summary>
internal sealed class HeardNodes
{
    /// <summary>
    /// Peers that get unicast as well as broadcast and multicast, so that every node we hear hears us. Those heard last come first.
    /// </summary>
    public const int MaxUnicast = 64;

    /// <summary>Nodes remembered, the silent ones included. They hold the key, so this bounds a fault, not an attack.</summary>
    public const int MaxNodes = BeaconNews.MaxBeacons;

    /// <summary>How long a silent peer is still called: after a partition, broadcasts may no longer reach it.</summary>
    public static readonly TimeSpan Remember = TimeSpan.FromMinutes(10);

    /// <summary>The way is kept while it is heard at all, or a peer's address would change with each beacon.</summary>
    public static readonly TimeSpan KeepWay = TimeSpan.FromSeconds(10);

    private readonly Dictionary<NodeId, Heard> _heard = [];

    /// <summary>Counts the beacons taken, of all nodes.</summary>
    public long Number { get; private set; }

    /// <summary>The nodes to call directly: not those heard over a connection, nor those that only others have reported.</summary>
    public IEnumerable<IPEndPoint> Unicast => _heard.Values.Where(heard => heard.Way is { Peer: null }).OrderByDescending(heard => heard.At).Take(MaxUnicast)
        .Select(heard => heard.Way!.Value.EndPoint);

    public LivingPeer this[NodeId node] => _heard[node].Peer;

    public bool HasRoomFor(NodeId node) => _heard.Count < MaxNodes || _heard.ContainsKey(node);

    /// <summary>A beacon that is authentic and newer than all before it of its node.</summary>
    /// <param name="unixMs">This node's clock.</param>
    /// <param name="found">The node is new here: where it is.</param>
    public void Take(Beacon beacon, BeaconWay way, ReadOnlySpan<byte> datagram, TimeSpan now, long unixMs, out IPAddress? found)
    {
        var known = _heard.GetValueOrDefault(beacon.Node);
        var keeps = known?.Way is not null && known.Peer.Boot == beacon.Boot && now - known.WayAt < KeepWay;
        var chosen = !keeps && way.IsFrom(beacon.Node) ? way : known?.Way;
        var addresses = Order(beacon.Addresses, chosen);
        found = known is null ? chosen?.EndPoint.Address ?? addresses[0] : null;
        _heard[beacon.Node] = new()
        {
            Way = chosen,
            WayAt = way.IsFrom(beacon.Node) && way.EndPoint.Equals(chosen?.EndPoint) ? now : known?.WayAt ?? now,
            At = now - way.Age,
            Datagram = datagram.ToArray(),
            Number = ++Number,
            Peer = new LivingPeer
            {
                Node = beacon.Node,
                Boot = beacon.Boot,
                Addresses = known is not null && known.Peer.Addresses.SequenceEqual(addresses) ? known.Peer.Addresses : addresses,
                Ports = beacon.Ports,
                Summary = beacon.Summary,
                Election = beacon.Election,
                ClockAhead = TimeSpan.FromMilliseconds(beacon.SentUnixMs - unixMs) + way.Age,
            },
        };
    }

    /// <summary>A copy from its sender of what others have passed on sooner: now it is known at which of its addresses the sender can be reached.</summary>
    /// <returns>False: that was known before, or is not told by this.</returns>
    public bool TryTakeWay(NodeId sender, BeaconWay way, TimeSpan now)
    {
        if (!way.IsFrom(sender) || !_heard.TryGetValue(sender, out var known) || known.Way is not null)
        {
            return false;
        }

        _heard[sender] = known with { Way = way, WayAt = now, Peer = known.Peer with { Addresses = Order(known.Peer.Addresses, way) } };
        return true;
    }

    public void Forget(TimeSpan now)
    {
        foreach (var (id, heard) in _heard)
        {
            if (now - heard.At > Remember)
            {
                _heard.Remove(id);
            }
        }
    }

    /// <summary>The last beacons of those nodes, as far as they were taken after the one with that number.</summary>
    public IEnumerable<WireBeacon> Since(long number, IEnumerable<NodeId> nodes, TimeSpan now) => nodes.Select(node => _heard[node])
        .Where(heard => heard.Number > number).Select(heard => WireBeacon.Of(heard.Datagram, now - heard.At));

    /// <summary>Nodes that live before those that are silent; of the former those first that are, or may be next, master.</summary>
    public IEnumerable<LivingPeer> Ordered(IReadOnlySet<NodeId> living) =>
        from heard in _heard.Values
        let isLiving = living.Contains(heard.Peer.Node)
        let notice = heard.Peer.Election
        orderby isLiving descending, isLiving ? default : heard.At descending, notice.Master == heard.Peer.Node descending,
            notice.MayBeMaster descending, notice.Preferred descending, heard.Peer.Node
        select heard.Peer;

    private static IReadOnlyList<IPAddress> Order(IReadOnlyList<IPAddress> announced, BeaconWay? way) =>
        way is not { EndPoint.Address: var source } ? announced
            : announced.Count == 0 ? [source] : [.. announced.OrderBy(address => address.Equals(source) ? 0 : 1)];

    private sealed record Heard
    {
        /// <summary>Null: only others have reported it.</summary>
        public required BeaconWay? Way { get; init; }

        public required TimeSpan WayAt { get; init; }

        public required TimeSpan At { get; init; }

        public required byte[] Datagram { get; init; }

        /// <summary>See <see cref="HeardNodes.Number"/>.</summary>
        public required long Number { get; init; }

        public required LivingPeer Peer { get; init; }
    }
}
