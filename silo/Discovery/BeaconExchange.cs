using System.Collections.Immutable;
using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// One node's side of the exchange: judges datagrams, feeds the election, writes beacons and keeps the view. Knows no timer; any thread.
/// </summary>
internal sealed class BeaconExchange
{
    /// <summary>
    /// Up to this many nodes, a newcomer is published at once. With more it waits for the next beat, because each time a view of all is
    /// made again.
    /// </summary>
    private const int FewNodes = 256;

    private readonly DiscoveryNode _node;
    private readonly BeaconKeyRing _keys;
    private readonly IBeaconTransport _transport;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly ExchangeLines _lines;
    private readonly ReplayGuard _replays = new();
    private readonly DiscoveryState _state;
    private readonly TimeSpan _timeout;
    private readonly Election _election;
    private readonly long _startedUnixMs;
    private readonly HeardNodes _heard = new();
    private readonly Mastership _mastership;
    private readonly byte[] _buffer = new byte[BeaconCodec.MaxBytes];
    private IReadOnlyCollection<IPEndPoint> _seeds = [];
    private NodeSummary _summary;
    private ulong _sequence;
    private byte[] _sent = [];
    private TimeSpan _sentAt;
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
        _lines = new(node.Id, clock, log);
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

    /// <summary>One beat: finds which nodes live, decides, and sends a beacon.</summary>
    public void Tick()
    {
        // Before the lock: datagrams of others must not wait for it.
        var summary = _node.Summary();
        lock (_gate)
        {
            _summary = summary;
            NoticeStall();
            Decided(_election.Tick(Now));
            _heard.Forget(Now);
            Publish();
            Send();
        }
    }

    /// <summary>See <see cref="Election.Learn"/>. A leap is refused; the caller has logged its sender.</summary>
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

    /// <summary>The last beacon before a stop, so that the others need not wait for the silence.</summary>
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
        // Before the lock, which the beats need: an outsider can send any number of datagrams that end here.
        Beacon? beacon = null;
        var end = BeaconCodec.Look(datagram);
        end = end == BeaconRejection.None ? BeaconCodec.Read(datagram, _keys.Keys, out beacon) : end;
        if (end == BeaconRejection.Version)
        {
            Counters.Count(end);
            _lines.OtherVersion(way.EndPoint.Address, BeaconCodec.VersionOf(datagram));
            return;
        }

        if (beacon is null)
        {
            _lines.Refused(end, Counters.Count(end), way.EndPoint.Address, null, _mastership.HighestTerm);
            return;
        }

        lock (_gate)
        {
            end = Judge(beacon, way);
            var count = Counters.Count(end);
            if (end == BeaconRejection.Duplicate && _heard.TryTakeWay(beacon.Node, way, Now))
            {
                Publish();
            }

            if (end != BeaconRejection.None)
            {
                _lines.Refused(end, count, way.EndPoint.Address, beacon, _election.HighestTerm);
                return;
            }

            _keys.Heard(BeaconCodec.ClusterOf(datagram));
            _heard.Take(beacon, way, datagram, Now, UnixMs, out var found);
            if (found is not null)
            {
                _lines.Found(beacon.Node, found);
            }

            if (Decided(_election.Hear(beacon.Node, beacon.Boot, beacon.Election, Now, way.Age)))
            {
                // Others wait for this beacon; the next beat may be a whole interval away.
                Publish();
                Send();
            }
            else if (_mastership.Current.Peers.Count < FewNodes && _mastership.Current.Peers.GetValueOrDefault(beacon.Node)?.Boot != beacon.Boot)
            {
                Publish();
            }
        }
    }

    /// <summary>
    /// Takes the beacon of a node that datagrams do not reach, and tells it what it would hear: this node's last beacon, and those of
    /// others.
    /// </summary>
    /// <param name="since"><see cref="BeaconNews.Number"/> of the last answer, 0 for all; null: only this node's own.</param>
    public BeaconNews Answer(ReadOnlySpan<byte> datagram, BeaconWay way, long? since)
    {
        Receive(datagram, way);
        lock (_gate)
        {
            var now = Now;
            var others = since is not { } number ? [] : _heard.Since(number, _election.Living.Where(node => node != way.Peer), now);
            return new(_heard.Number,
                [.. others.Prepend(WireBeacon.Of(_sent, now - _sentAt)).Where(beacon => beacon.Datagram.Length > 0).Take(BeaconNews.MaxBeacons)]);
        }
    }

    private TimeSpan Now => _clock.GetElapsedTime(0);

    private long UnixMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Handles an authentic beacon.</summary>
    private BeaconRejection Judge(Beacon beacon, BeaconWay way)
    {
        if (beacon.Node != _node.Id)
        {
            return beacon.Addresses.Count == 0 && !way.IsFrom(beacon.Node) ? BeaconRejection.NoAddress
                : !_heard.HasRoomFor(beacon.Node) ? BeaconRejection.Flood
                : CounterLimit.IsLeap(beacon.Election.Term, _election.HighestTerm) ? BeaconRejection.Leap
                : _replays.Take(beacon, UnixMs);
        }

        return beacon.Boot == _state.Boot ? BeaconRejection.Own
            : beacon.SentUnixMs > _startedUnixMs ? BeaconRejection.SameNodeId
            : BeaconRejection.Replayed;
    }

    /// <summary>
    /// The monotonic clock stands still while a machine is suspended; the wall clock does not. A clock set forward looks the same, and
    /// costs one election.
    /// </summary>
    private void NoticeStall()
    {
        var (now, unixMs) = (Now, UnixMs);
        var gap = now - _lastTick;
        var wallGap = TimeSpan.FromMilliseconds(unixMs - _lastTickUnixMs);
        (_lastTick, _lastTickUnixMs) = (now, unixMs);
        if (gap > _timeout)
        {
            // The election sees this one itself.
            _log.Stalled(DurationText.Of(gap));
        }
        else if (wallGap > gap + _timeout)
        {
            _log.Stalled(DurationText.Of(wallGap));
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

            _lines.Decided(decision);
        }

        return changed;
    }

    private void Publish()
    {
        var peers = ImmutableSortedDictionary.CreateBuilder<NodeId, LivingPeer>();
        foreach (var id in _election.Living)
        {
            peers[id] = _heard[id];
        }

        foreach (var lost in _mastership.Current.Peers.Keys.Where(id => !peers.ContainsKey(id)))
        {
            _lines.Lost(lost);
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
        _transport.Send(_sent, [.. _seeds.Concat(_heard.Unicast).Distinct()], _heard.Ordered(_election.Living.ToHashSet()));
    }
}
