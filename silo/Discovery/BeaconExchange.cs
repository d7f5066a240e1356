using System.Collections.Immutable;
using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// One node's side of the exchange: judges datagrams, feeds the election, writes beacons and keeps the view. Knows no timer; any thread.
/// </summary>
internal sealed class BeaconExchange
{
    /// <summary>Peers sent unicast besides broadcast and multicast, so that whoever we hear hears us. Those heard last come first.</summary>
    public const int MaxUnicastPeers = 64;

    /// <summary>A silent peer is still called for so long: after a cut it may be that broadcasts no longer reach it.</summary>
    public static readonly TimeSpan RememberPeers = TimeSpan.FromMinutes(10);

    /// <summary>Nodes remembered, the silent ones included. They hold the key, so this bounds a fault, not an attack.</summary>
    public const int MaxNodes = BeaconNews.MaxBeacons;

    /// <summary>Up to so many, a newcomer is published at once. Of more it waits for the next beat: a view of all is made anew each time.</summary>
    private const int FewNodes = 256;

    /// <summary>Lines that tell of nodes found and lost: more than a large cluster has in a bad minute, and a bound to what a member can make up.</summary>
    public const int ComingsPerMinute = 200;

    /// <summary>Lines that tell of the election.</summary>
    public const int DecisionsPerMinute = 60;

    private static readonly TimeSpan KeepSource = TimeSpan.FromSeconds(10);

    private readonly DiscoveryNode _node;
    private readonly BeaconKeyRing _keys;
    private readonly IBeaconTransport _transport;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly BeaconSources[] _lines;
    private readonly LogLimit _comings;
    private readonly LogLimit _decisions;
    private readonly ReplayGuard _replays = new();
    private readonly DiscoveryState _state;
    private readonly TimeSpan _timeout;
    private readonly Election _election;
    private readonly long _startedUnixMs;
    private readonly Dictionary<NodeId, Heard> _heard = [];
    private readonly Mastership _mastership;
    private readonly byte[] _buffer = new byte[BeaconCodec.MaxBytes];
    private IReadOnlyCollection<IPEndPoint> _seeds = [];
    private NodeSummary _summary;
    private ulong _sequence;
    private byte[] _sent = [];
    private TimeSpan _sentAt;
    private long _number;
    private TimeSpan _lastTick;
    private long _lastTickUnixMs;

    public BeaconExchange(
        DiscoveryNode node, ElectionTiming timing, BeaconKeyRing keys, IBeaconTransport transport, Mastership mastership, TimeProvider clock,
        ILogger log)
    {
        _node = node;
        _keys = keys;
        _transport = transport;
        _mastership = mastership;
        _clock = clock;
        _log = log;
        _lines = Array.ConvertAll(Enum.GetValues<BeaconRejection>(), _ => new BeaconSources(clock));
        _comings = new(clock, ComingsPerMinute, BeaconSources.LogInterval);
        _decisions = new(clock, DecisionsPerMinute, BeaconSources.LogInterval);
        _timeout = timing.Timeout;
        _startedUnixMs = UnixMs;
        _lastTick = Now;
        _lastTickUnixMs = _startedUnixMs;
        _state = new(node.DataFolder, () => keys.Keys[0].ClusterId, log);
        _state.Begin(_startedUnixMs);
        _election = new(timing, node.Candidate, node.MayBeMaster, _state.Term, Now);
        _mastership.HighestTerm = _election.HighestTerm;
        _mastership.TermLearnt += Learn;
        Publish();
    }

    public BeaconCounters Counters { get; } = new();

    /// <summary>End points to call besides the peers heard of.</summary>
    public void SetSeeds(IReadOnlyCollection<IPEndPoint> seeds)
    {
        lock (_gate)
        {
            _seeds = seeds;
        }
    }

    /// <summary>One beat: look who lives, decide, and send a beacon.</summary>
    public void Tick()
    {
        // Before the lock: what others send must not wait for it.
        var summary = _node.Summary();
        lock (_gate)
        {
            _summary = summary;
            NoticeStall();
            Decided(_election.Tick(Now));
            Forget();
            Publish();
            Send();
        }
    }

    /// <summary>See <see cref="Election.Learn"/>. A leap is not taken; whoever met it has named its sender.</summary>
    public void Learn(ulong term)
    {
        lock (_gate)
        {
            if (CounterLimit.IsLeap(term, _election.HighestTerm))
            {
                return;
            }

            Decided(_election.Learn(term, Now));
            Publish();
        }
    }

    /// <summary>The last word before a stop: others need not wait for the silence.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            Decided(_election.Resign(Now));
            Publish();
            Send();
        }
    }

    /// <summary>A datagram from anyone.</summary>
    public void Receive(ReadOnlySpan<byte> datagram, BeaconWay way)
    {
        // Before the lock, which the beats need: an outsider can send any number of what ends here.
        Beacon? beacon = null;
        var end = BeaconCodec.Look(datagram);
        end = end == BeaconRejection.None ? BeaconCodec.Read(datagram, _keys.Keys, out beacon) : end;
        if (beacon is null)
        {
            Log(end, Counters.Count(end), way.EndPoint.Address, null);
            return;
        }

        lock (_gate)
        {
            end = Judge(beacon, way);
            var count = Counters.Count(end);
            if (end == BeaconRejection.Duplicate)
            {
                TakeWay(beacon.Node, way);
            }

            if (end != BeaconRejection.None)
            {
                Log(end, count, way.EndPoint.Address, beacon);
                return;
            }

            _keys.Heard(BeaconCodec.ClusterOf(datagram));
            Remember(beacon, way, datagram);
            if (Decided(_election.Hear(beacon.Node, beacon.Boot, beacon.Election, Now, way.Age)))
            {
                // Others wait for this word; the next beat may be a whole interval away.
                Publish();
                Send();
            }
            else if (_mastership.Current.Peers.Count < FewNodes && _mastership.Current.Peers.GetValueOrDefault(beacon.Node)?.Boot != beacon.Boot)
            {
                Publish();
            }
        }
    }

    /// <summary>Takes the beacon of a node that datagrams do not reach, and tells it what it would hear: this node's last beacon, and those of others.</summary>
    /// <param name="since"><see cref="BeaconNews.Number"/> of the last answer, 0 for all; null: only this node's own.</param>
    public BeaconNews Answer(ReadOnlySpan<byte> datagram, BeaconWay way, long? since)
    {
        Receive(datagram, way);
        lock (_gate)
        {
            var now = Now;
            var others = since is not { } number ? [] : _election.Living.Where(node => node != way.Peer).Select(node => _heard[node])
                .Where(heard => heard.Number > number).Select(heard => WireBeacon.Of(heard.Datagram, now - heard.At));
            return new(_number, [.. others.Prepend(WireBeacon.Of(_sent, now - _sentAt)).Where(beacon => beacon.Datagram.Length > 0).Take(BeaconNews.MaxBeacons)]);
        }
    }

    private TimeSpan Now => _clock.GetElapsedTime(0);

    private long UnixMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What becomes of an authentic beacon.</summary>
    private BeaconRejection Judge(Beacon beacon, BeaconWay way)
    {
        if (beacon.Node != _node.Id)
        {
            return beacon.Addresses.Count == 0 && !way.IsFrom(beacon.Node) ? BeaconRejection.NoAddress
                : _heard.Count >= MaxNodes && !_heard.ContainsKey(beacon.Node) ? BeaconRejection.Flood
                : CounterLimit.IsLeap(beacon.Election.Term, _election.HighestTerm) ? BeaconRejection.Leap
                : _replays.Take(beacon, UnixMs);
        }

        return beacon.Boot == _state.Boot ? BeaconRejection.Own
            : beacon.SentUnixMs > _startedUnixMs ? BeaconRejection.SameNodeId
            : BeaconRejection.Replayed;
    }

    private void Log(BeaconRejection end, long count, IPAddress source, Beacon? beacon)
    {
        // By kind: what an outsider sends must not use up the lines that tell of a member's clock.
        if (end is BeaconRejection.Own or BeaconRejection.Duplicate || !_lines[(int)end].MayLog(source, out var leftOut))
        {
            return;
        }

        switch (end)
        {
            case BeaconRejection.ClockWindow:
                var apartMs = Math.Abs((double)beacon!.SentUnixMs - UnixMs);
                _log.ClocksDiffer(source, TimeSpan.FromMilliseconds(Math.Min(apartMs, TimeSpan.MaxValue.TotalMilliseconds / 2)), ReplayGuard.ClockWindow, leftOut);
                break;
            case BeaconRejection.ForeignCluster:
                _log.OtherKey(source, count, leftOut);
                break;
            case BeaconRejection.SameNodeId:
                _log.SameNodeId(source, _node.Id, leftOut);
                break;
            case BeaconRejection.Leap:
                _log.Leap(beacon!.Node.Short, source, beacon.Election.Term, beacon.Boot, beacon.Sequence, _election.HighestTerm, leftOut);
                break;
            default:
                _log.Rejected(source, end, count, leftOut);
                break;
        }
    }

    private void Remember(Beacon beacon, BeaconWay way, ReadOnlySpan<byte> datagram)
    {
        var known = _heard.GetValueOrDefault(beacon.Node);

        // Copies come by several ways and any may be first. The way is kept while it is heard at all, or a peer's address would change with each beacon.
        var keeps = known?.Way is not null && known.Peer.Boot == beacon.Boot && Now - known.WayAt < KeepSource;
        var chosen = !keeps && way.IsFrom(beacon.Node) ? way : known?.Way;
        var addresses = Order(beacon.Addresses, chosen);
        if (known is null && _comings.Allows(out var leftOut))
        {
            _log.PeerFound(beacon.Node.Short, chosen?.EndPoint.Address ?? addresses[0], leftOut);
        }

        _heard[beacon.Node] = new()
        {
            Way = chosen,
            WayAt = way.IsFrom(beacon.Node) && way.EndPoint.Equals(chosen?.EndPoint) ? Now : known?.WayAt ?? Now,
            At = Now - way.Age,
            Datagram = datagram.ToArray(),
            Number = ++_number,
            Peer = new LivingPeer
            {
                Node = beacon.Node,
                Boot = beacon.Boot,
                Addresses = known is not null && known.Peer.Addresses.SequenceEqual(addresses) ? known.Peer.Addresses : addresses,
                Ports = beacon.Ports,
                Summary = beacon.Summary,
                Election = beacon.Election,
            },
        };
    }

    /// <summary>A copy from its sender of what others have passed on sooner: now it is known at which of its addresses the sender can be reached.</summary>
    private void TakeWay(NodeId sender, BeaconWay way)
    {
        if (way.IsFrom(sender) && _heard.TryGetValue(sender, out var known) && known.Way is null)
        {
            _heard[sender] = known with { Way = way, WayAt = Now, Peer = known.Peer with { Addresses = Order(known.Peer.Addresses, way) } };
            Publish();
        }
    }

    private static IReadOnlyList<IPAddress> Order(IReadOnlyList<IPAddress> announced, BeaconWay? way) =>
        way is not { EndPoint.Address: var source } ? announced
            : announced.Count == 0 ? [source] : [.. announced.OrderBy(address => address.Equals(source) ? 0 : 1)];

    /// <summary>The monotonic clock stands still while a machine is suspended; the wall clock does not. A clock set forward looks the same, and costs one election.</summary>
    private void NoticeStall()
    {
        var (now, unixMs) = (Now, UnixMs);
        var gap = now - _lastTick;
        var wallGap = TimeSpan.FromMilliseconds(unixMs - _lastTickUnixMs);
        (_lastTick, _lastTickUnixMs) = (now, unixMs);
        if (gap > _timeout)
        {
            // The election sees this one itself.
            _log.Stalled(gap);
        }
        else if (wallGap > gap + _timeout)
        {
            _log.Stalled(wallGap);
            Decided(_election.Stall(now));
        }
    }

    private bool Decided(bool changed)
    {
        _mastership.HighestTerm = _election.HighestTerm;
        if (changed)
        {
            var decision = _election.Decision;
            if (decision.Role != MasterRole.None)
            {
                _state.Reached(decision.Term);
            }

            if (_decisions.Allows(out var leftOut))
            {
                _log.Decided(decision, leftOut);
            }
        }

        return changed;
    }

    private void Forget()
    {
        foreach (var (id, heard) in _heard)
        {
            if (Now - heard.At > RememberPeers)
            {
                _heard.Remove(id);
            }
        }
    }

    private void Publish()
    {
        var peers = ImmutableSortedDictionary.CreateBuilder<NodeId, LivingPeer>();
        foreach (var id in _election.Living)
        {
            peers[id] = _heard[id].Peer;
        }

        foreach (var lost in _mastership.Current.Peers.Keys.Where(id => !peers.ContainsKey(id)))
        {
            if (_comings.Allows(out var leftOut))
            {
                _log.PeerLost(lost.Short, leftOut);
            }
        }

        var (decision, living) = (_election.Decision, peers.ToImmutable());
        _mastership.Publish(decision, Master.Of(decision, _node, living), living);
    }

    private void Send()
    {
        var beacon = new Beacon
        {
            Node = _node.Id,
            Boot = _state.Boot,
            Sequence = ++_sequence,
            SentUnixMs = UnixMs,
            Election = _election.Notice(Now),
            Addresses = _transport.LocalAddresses,
            Ports = _node.Ports,
            Summary = _summary,
        };
        var bytes = BeaconCodec.Write(beacon, _keys.Keys[0], _buffer);
        _sent = _buffer[..bytes];
        _sentAt = Now;
        var peers = _heard.Values.Where(heard => heard.Way is { Peer: null }).OrderByDescending(heard => heard.At).Take(MaxUnicastPeers).Select(heard => heard.Way!.Value.EndPoint);
        _transport.Send(_sent, [.. _seeds.Concat(peers).Distinct()], Known());
    }

    /// <summary>Nodes that live before those that are silent; of the former those first that are, or may be next, master.</summary>
    private IEnumerable<LivingPeer> Known()
    {
        var living = _election.Living.ToHashSet();
        return from heard in _heard.Values
               let isLiving = living.Contains(heard.Peer.Node)
               let notice = heard.Peer.Election
               orderby isLiving descending, isLiving ? default : heard.At descending, notice.Master == heard.Peer.Node descending,
                   notice.MayBeMaster descending, notice.Preferred descending, heard.Peer.Node
               select heard.Peer;
    }

    private sealed record Heard
    {
        /// <summary>Null: only others have told of it.</summary>
        public required BeaconWay? Way { get; init; }

        public required TimeSpan WayAt { get; init; }

        public required TimeSpan At { get; init; }

        public required byte[] Datagram { get; init; }

        /// <summary>Counts the beacons taken, of all nodes.</summary>
        public required long Number { get; init; }

        public required LivingPeer Peer { get; init; }
    }
}
