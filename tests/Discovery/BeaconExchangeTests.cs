using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;
using P2PMiner.TestKit;

namespace P2PMiner.Discovery.Tests;

public sealed class BeaconExchangeTests : IDisposable
{
    private static readonly ElectionTiming Timing = new DiscoveryOptions().GetTiming();
    private static readonly IPEndPoint Somewhere = new(IPAddress.Parse("192.0.2.77"), 10000);
    private static readonly BeaconWay FromSomewhere = new(Somewhere);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly LoopbackBeacon _network = new();
    private readonly RecordingLogger<BeaconExchange> _log = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-discovery-").FullName;
    private readonly List<(BeaconExchange Exchange, Mastership Views)> _nodes = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tick_ThreeNodes_AgreeOnTheSmallestAndKnowWhereItIs()
    {
        var (_, three) = Add(3);
        var (_, one) = Add(1);
        var (_, two) = Add(2);
        Run(TimeSpan.FromSeconds(5));

        Assert.Equal(MasterRole.Master, one.Current.Decision.Role);
        foreach (var follower in new[] { two, three })
        {
            Assert.Equal(new NodeId(1), follower.Current.Decision.Master);
            Assert.Equal(one.Current.Decision.Term, follower.Current.Decision.Term);
            Assert.Equal(new(new NodeId(1), one.Current.Decision.Term, new(IPAddress.Parse("192.0.2.1"), 9997), IsSelf: false), follower.Current.Master);
            Assert.Equal(2, follower.Current.Peers.Count);
        }
    }

    [Fact]
    public void Tick_MasterSilent_AnotherRulesAndItsTermIsOnDiskFirst()
    {
        Add(1);
        var (_, two) = Add(2);
        Run(TimeSpan.FromSeconds(5));
        Kill(1);
        Run(Timing.Timeout + 2 * Timing.Interval);

        Assert.Equal(MasterRole.Master, two.Current.Decision.Role);
        Assert.Empty(two.Current.Peers);
        Assert.Contains($"term {two.Current.Decision.Term}\n", File.ReadAllText(Path.Combine(_folder, "2", DiscoveryState.FileName)));
    }

    [Fact]
    public void New_AfterARestart_UsesNoTermTwice()
    {
        var (_, views) = Add(1);
        Run(TimeSpan.FromSeconds(5));
        Kill(1);
        var (_, again) = Add(1);
        Run(TimeSpan.FromSeconds(5));

        Assert.True(again.Current.Decision.Term > views.Current.Decision.Term);
    }

    [Fact]
    public void Leave_Master_TheNextRulesWithoutWaiting()
    {
        var (one, _) = Add(1);
        var (_, two) = Add(2);
        Run(TimeSpan.FromSeconds(5));
        one.Leave();

        Assert.Equal(MasterRole.Master, two.Current.Decision.Role);
    }

    [Fact]
    public void Tick_SuspendedMachine_ListensAgain()
    {
        var (_, views) = Add(1);
        Run(TimeSpan.FromSeconds(5));

        // The wall clock runs on while the monotonic one stands still.
        _clock.AdjustTime(_clock.GetUtcNow() + TimeSpan.FromHours(1));
        Run(Timing.Interval);

        Assert.Equal(MasterRole.None, views.Current.Decision.Role);
        Assert.Contains(_log.Entries, line => line.Id == 1007);
    }

    [Fact]
    public void Tick_HeardPeersAndSeeds_AreCalledByUnicastToo()
    {
        var (exchange, _) = Add(1);
        var other = _network.Open("192.0.2.2");
        exchange.SetSeeds([Somewhere]);
        exchange.Receive(Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs)), new(other.EndPoint));
        exchange.Tick();

        Assert.Equal([Somewhere, other.EndPoint], Port(1).LastUnicast);
    }

    [Fact]
    public void Tick_PeerHeardOverAConnection_IsNotCalledOverUdp()
    {
        var (exchange, views) = Add(1);
        exchange.Receive(Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs)), new(new(IPAddress.Loopback, 55_555), new NodeId(2)));
        exchange.Tick();

        Assert.Single(views.Current.Peers);
        Assert.Empty(Port(1).LastUnicast);
    }

    [Fact]
    public void Receive_PassedOnByAnother_TakesTheAddressesInTheBeacon()
    {
        IPAddress[] own = [IPAddress.Parse("192.0.2.2"), IPAddress.Parse("198.51.100.2")];
        var (exchange, views) = Add(1);
        var relay = new BeaconWay(new(own[1], 9997), new NodeId(3));
        var beacon = Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs) with { Addresses = own });
        exchange.Receive(beacon, relay);
        Assert.Equal(own, views.Current.Peers[new(2)].Addresses);

        // The same from its sender comes later, and tells which of them can be reached.
        exchange.Receive(beacon, new(new(own[1], 9997), new NodeId(2)));
        Assert.Equal(own.Reverse(), views.Current.Peers[new(2)].Addresses);
        exchange.Receive(Beacons.Write(Beacons.Of(2, sequence: 2, sentUnixMs: UnixMs) with { Addresses = own }), relay);
        Assert.Equal(own.Reverse(), views.Current.Peers[new(2)].Addresses);
    }

    [Theory]
    [InlineData(90, 0, 90)]
    [InlineData(-90, 0, -90)]
    [InlineData(-1, 1, 0)]
    public void Receive_ClockOfItsSender_IsComparedWithOurs(int seconds, int ageSeconds, int ahead)
    {
        var (exchange, views) = Add(1);
        exchange.Receive(
            Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs + (seconds * 1000))), new(Somewhere, new NodeId(2), TimeSpan.FromSeconds(ageSeconds)));

        Assert.Equal(TimeSpan.FromSeconds(ahead), views.Current.Peers[new(2)].ClockAhead);
    }

    [Fact]
    public void Receive_PassedOnWithoutAnAddress_IsNotTaken()
    {
        var (exchange, views) = Add(1);
        var beacon = Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs) with { Addresses = [] });
        exchange.Receive(beacon, new(Somewhere, new NodeId(3)));
        Assert.Equal(1, exchange.Counters[BeaconRejection.NoAddress]);
        Assert.Empty(views.Current.Peers);

        exchange.Receive(beacon, new(Somewhere, new NodeId(2)));
        Assert.Equal([Somewhere.Address], views.Current.Peers[new(2)].Addresses);
    }

    [Fact]
    public void Receive_OldWhenItCame_IsSilentSooner()
    {
        var (exchange, views) = Add(1);
        exchange.Tick();
        var way = new BeaconWay(Somewhere, new NodeId(3), Age: Timing.Timeout - Timing.Interval);
        exchange.Receive(Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs)), way);
        exchange.Receive(Beacons.Write(Beacons.Of(3, sentUnixMs: UnixMs)), way with { Age = default });
        Run(2 * Timing.Interval);

        Assert.Equal([new NodeId(3)], views.Current.Peers.Keys);
    }

    [Fact]
    public void Answer_TellsOwnAndWhatIsHeardNowOnce()
    {
        var (exchange, _) = Add(1);
        exchange.Receive(Beacons.Write(Beacons.Of(7, sentUnixMs: UnixMs)), FromSomewhere);
        Run(Timing.Timeout);
        exchange.Receive(Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs)), FromSomewhere);
        Run(Timing.Interval);

        // Seven is silent by now, and four need not be told of itself.
        var first = Ask(exchange, sequence: 1, since: 0);
        Assert.Equal([(1ul, 0), (2ul, 250)], first.Told);
        exchange.Receive(Beacons.Write(Beacons.Of(3, sentUnixMs: UnixMs)), FromSomewhere);
        var second = Ask(exchange, sequence: 2, since: first.Number);
        Assert.Equal([(1ul, 0), (3ul, 0)], second.Told);
        Assert.Equal([(1ul, 0)], Ask(exchange, sequence: 3, since: second.Number).Told);
        Assert.Equal([(1ul, 0)], Ask(exchange, sequence: 4, since: null).Told);
    }

    [Fact]
    public void Send_NodesToCall_AreThoseThatLiveAndMayLeadFirst()
    {
        var (exchange, _) = Add(1);
        exchange.Receive(Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs)), FromSomewhere);
        Run(Timing.Timeout + Timing.Interval);
        exchange.Receive(Beacons.Write(Beacons.Of(3, sentUnixMs: UnixMs, notice: new ElectionNotice { Term = 0 })), FromSomewhere);
        exchange.Receive(Beacons.Write(Beacons.Of(6, sentUnixMs: UnixMs)), FromSomewhere);
        exchange.Receive(Beacons.Write(Beacons.Of(5, sentUnixMs: UnixMs)), FromSomewhere);
        exchange.Receive(Beacons.Write(
            Beacons.Of(7, sentUnixMs: UnixMs, notice: new ElectionNotice { Term = 9, Master = new NodeId(7), MayBeMaster = true })), FromSomewhere);
        exchange.Tick();

        Assert.Equal([7ul, 5ul, 6ul, 3ul, 2ul], Port(1).LastKnown.Select(peer => (ulong)peer.Node.Value));
    }

    [Fact]
    public void Receive_EveryKindOfWrongDatagram_IsCountedAndNothingElse()
    {
        var (exchange, views) = Add(1);
        Run(Timing.Interval);
        var own = _network.Sent[0].Datagram;
        var good = Beacons.Write(Beacons.Of(2, boot: 5, sequence: 500, sentUnixMs: UnixMs));
        exchange.Receive(good, FromSomewhere);
        Assert.Single(views.Current.Peers.Keys, new NodeId(2));

        var forged = good.ToArray();
        forged[^1] ^= 1;
        var otherVersion = Beacons.InVersion(9, Beacons.Of(2, boot: 5, sequence: 501, sentUnixMs: UnixMs));
        Expect(exchange, [], BeaconRejection.TooShort);
        Expect(exchange, new byte[1000], BeaconRejection.TooLong);
        Expect(exchange, new byte[200], BeaconRejection.NotOurs);
        Expect(exchange, otherVersion, BeaconRejection.Version);
        Expect(exchange, forged, BeaconRejection.BadMac);
        Expect(exchange, Beacons.Write(Beacons.Of(3, sentUnixMs: UnixMs), Beacons.KeyOf(8, 1)), BeaconRejection.ForeignCluster);
        Expect(exchange, good, BeaconRejection.Duplicate);
        Expect(exchange, Beacons.Write(Beacons.Of(2, boot: 5, sequence: 5, sentUnixMs: UnixMs)), BeaconRejection.Replayed);
        Expect(exchange, Beacons.Write(Beacons.Of(3, sentUnixMs: UnixMs - 400_000)), BeaconRejection.ClockWindow);
        Expect(exchange, own, BeaconRejection.Own);
        Expect(exchange, Beacons.Write(Beacons.Of(1, boot: 1, sentUnixMs: UnixMs + 1)), BeaconRejection.SameNodeId);
        Assert.Single(views.Current.Peers);
    }

    [Fact]
    public void Rotation_NodeByNode_NobodyIsLostAndNobodyElects()
    {
        var (former, next) = (Beacons.Key, Beacons.KeyOf(8, 2));
        var keys = Enumerable.Range(0, 3).Select(_ => new List<BeaconKey> { former }).ToArray();
        for (var node = 0; node < 3; node++)
        {
            var own = keys[node];
            Add((ulong)node + 1, keys: new BeaconKeyRing(() => own));
        }

        Run(TimeSpan.FromSeconds(5));
        var before = _nodes.Select(node => node.Views.Current.Decision).ToArray();
        foreach (var step in new Action<List<BeaconKey>>[] { own => own.Add(next), own => own.Reverse(), own => own.Remove(former) })
        {
            foreach (var own in keys)
            {
                step(own);
                Run(Timing.Timeout * 2);
                Assert.Equal(before, _nodes.Select(node => node.Views.Current.Decision));
                Assert.All(_nodes, node => Assert.Equal(2, node.Views.Current.Peers.Count));
            }
        }
    }

    [Fact]
    public void Receive_UnderAnyKeyOfTheRing_IsToldOnceItIsBelieved()
    {
        var (current, next) = (Beacons.Key, Beacons.KeyOf(8, 2));
        var heard = new List<UInt128>();
        var (exchange, _) = Add(1, keys: new BeaconKeyRing(() => [current, next], heard.Add));

        exchange.Receive(Beacons.Write(Beacons.Of(2, sequence: 1, sentUnixMs: UnixMs)), new(Somewhere));
        var forged = Beacons.Write(Beacons.Of(2, sequence: 2, sentUnixMs: UnixMs), next);
        forged[^1] ^= 1;
        exchange.Receive(forged, new(Somewhere));
        Assert.Equal([current.ClusterId], heard);

        exchange.Receive(Beacons.Write(Beacons.Of(2, sequence: 3, sentUnixMs: UnixMs), next), new(Somewhere));
        Assert.Equal([current.ClusterId, 8], heard);
    }

    [Fact]
    public void Receive_UnderAKeyThatIsNotKnown_SaysWhatToDo()
    {
        var (exchange, _) = Add(1);
        exchange.Receive(Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs), Beacons.KeyOf(8, 2)), new(Somewhere));

        var line = Assert.Single(_log.Entries, line => line.Id == 1020);
        Assert.Contains("192.0.2.77", line.Text);
        Assert.Contains("p2p-miner join --replace", line.Text);
    }

    [Theory]
    [InlineData(0, "upgrade p2p-miner on 192.0.2.77, the older")]
    [InlineData(WireVersion.Current + 1, "upgrade p2p-miner on this machine, the older")]
    [InlineData(255, "upgrade p2p-miner on this machine, the older")]
    public void Receive_MemberOfAnotherVersion_SaysOnceAMinuteWhatToUpgrade(byte version, string advice)
    {
        var (exchange, views) = Add(1);
        for (var minute = 0; minute < 2; minute++)
        {
            for (ulong sequence = 1; sequence < 100; sequence++)
            {
                exchange.Receive(Beacons.InVersion(version, Beacons.Of(2, sequence: sequence, sentUnixMs: UnixMs)), FromSomewhere);
            }

            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        var lines = _log.Entries.Where(line => line.Id == 1024).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("the node at 192.0.2.77 is not in this cluster: it runs another version of p2p-miner", lines[0].Text);
        Assert.Contains(advice, lines[0].Text);
        Assert.Empty(views.Current.Peers);
        Assert.Equal(198, exchange.Counters[BeaconRejection.Version]);
    }

    /// <summary>Two clusters on one network are each other's business only where they have one key.</summary>
    [Fact]
    public void Receive_AnotherVersionAndNoMember_TellsNoOwnerToUpgrade()
    {
        var (exchange, _) = Add(1);
        var forged = Beacons.InVersion(9, Beacons.Of(2, sentUnixMs: UnixMs));
        forged[^1] ^= 1;
        exchange.Receive(forged, FromSomewhere);

        Assert.DoesNotContain(_log.Entries, line => line.Id == 1024);
    }

    [Fact]
    public void Receive_AThousandWrongDatagramsOfOneSource_AreOneLineAMinute()
    {
        var (exchange, _) = Add(1);
        for (var minute = 0; minute < 3; minute++)
        {
            for (var i = 0; i < 1000; i++)
            {
                exchange.Receive(new byte[200], FromSomewhere);
            }

            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(3, _log.Entries.Count(line => line.Id is 1004));
        Assert.Equal(3000, exchange.Counters[BeaconRejection.NotOurs]);
    }

    [Fact]
    public void Receive_AnyRubbishFromAnyAddress_IsAFewLinesOfEachKindAMinute()
    {
        var (exchange, _) = Add(1);
        var other = Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs), Beacons.KeyOf(8, 2));
        var old = Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs - 600_000));
        byte[][] rubbish = [[1], new byte[200], new byte[2000], other, old, Forged(2)];
        for (var i = 0; i < 6_000; i++)
        {
            exchange.Receive(rubbish[i % rubbish.Length], new(new(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]), 10000)));
        }

        Assert.Equal(rubbish.Length * BeaconSources.LinesPerMinute, _log.Entries.Count(line => line.Id is 1004 or 1005 or 1020));
    }

    [Fact]
    public void Receive_RubbishUnderTheMastersAddress_HidesNoBeaconOfIts()
    {
        Add(1);
        var (two, views) = Add(2);
        Run(TimeSpan.FromSeconds(5));
        byte[][] rubbish = [[1], Forged(1), Beacons.Write(Beacons.Of(1), Beacons.KeyOf(8, 8)), new byte[BeaconCodec.MinBytes]];
        _network.Delivers = (from, _) =>
        {
            for (var n = 0; n < 500 && from == Port(1).EndPoint; n++)
            {
                two.Receive(rubbish[n % rubbish.Length], new(from));
            }

            return true;
        };
        for (var i = 0; i < 40; i++)
        {
            Run(Timing.Interval);
            Assert.Equal((MasterRole.Following, new NodeId(1)), (views.Current.Decision.Role, views.Current.Decision.Master));
        }
    }

    [Fact]
    public void Receive_BeaconsOfTheMasterOverAndOver_HideNoNewOne()
    {
        Add(1);
        var (two, views) = Add(2);
        Run(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 40; i++)
        {
            var recorded = _network.Sent.Where(sent => sent.From == Port(1).EndPoint).TakeLast(8).ToArray();
            for (var n = 0; n < 500; n++)
            {
                two.Receive(recorded[n % recorded.Length].Datagram, new(Port(1).EndPoint));
            }

            Run(Timing.Interval);
            Assert.Equal((MasterRole.Following, new NodeId(1)), (views.Current.Decision.Role, views.Current.Decision.Master));
        }

        Assert.Equal(0, two.Counters[BeaconRejection.Flood]);
    }

    [Fact]
    public void Receive_AMemberThatClaimsAndComesWithoutEnd_IsABoundedNumberOfLines()
    {
        var (exchange, _) = Add(5);
        for (var i = 1ul; i <= 1000; i++)
        {
            var claim = new ElectionNotice { Term = i, Master = new NodeId(i % 2 + 1), HearsMaster = true, MayBeMaster = true, Ready = true };
            exchange.Receive(Beacons.Write(Beacons.Of(i % 2 + 1, sequence: i, sentUnixMs: UnixMs, notice: claim)), FromSomewhere);
            exchange.Receive(Beacons.Write(Beacons.Of(100 + i, sentUnixMs: UnixMs)), FromSomewhere);
            _clock.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal(ExchangeLines.DecisionsPerMinute, _log.Entries.Count(line => line.Id == 1001));
        Assert.Equal(ExchangeLines.ComingsPerMinute, _log.Entries.Count(line => line.Id is 1002 or 1003));
    }

    [Theory]
    [InlineData(CounterLimit.MaxStep + 100)]
    [InlineData(Beacon.MaxTerm - 1)]
    [InlineData(Beacon.MaxTerm)]
    public void Receive_TermThatLeaps_IsRefusedNamedAndNotKept(ulong term)
    {
        var (exchange, views) = Add(1);
        Run(TimeSpan.FromSeconds(5));
        var before = views.Current.Decision;
        var claim = new ElectionNotice { Term = term, Master = new NodeId(0), HearsMaster = true, MayBeMaster = true, Ready = true };
        exchange.Receive(Beacons.Write(Beacons.Of(0, sentUnixMs: UnixMs, notice: claim)), FromSomewhere);
        views.Learn(term);
        Run(TimeSpan.FromSeconds(5));

        Assert.Equal(before, views.Current.Decision);
        Assert.Equal(1, exchange.Counters[BeaconRejection.Leap]);
        Assert.Contains($"node {new NodeId(0).Short} from 192.0.2.77", Assert.Single(_log.Entries, line => line.Id == 1021).Text);
        Assert.DoesNotContain($"{term}", File.ReadAllText(Path.Combine(_folder, "1", DiscoveryState.FileName)));

        // And the same node is heard once it speaks sense.
        exchange.Receive(Beacons.Write(Beacons.Of(0, sequence: 2, sentUnixMs: UnixMs)), FromSomewhere);
        Assert.Contains(new NodeId(0), views.Current.Peers.Keys);
    }

    [Fact]
    public void Receive_TermWithinTheLimit_IsFollowedAndOutlivesARestart()
    {
        const ulong Term = CounterLimit.MaxStep;
        var (exchange, views) = Add(2);
        var claim = new ElectionNotice { Term = Term, Master = new NodeId(1), HearsMaster = true, MayBeMaster = true, Ready = true };
        exchange.Receive(Beacons.Write(Beacons.Of(1, sentUnixMs: UnixMs, notice: claim)), FromSomewhere);
        Assert.Equal((MasterRole.Following, Term), (views.Current.Decision.Role, views.Current.Decision.Term));

        // A follower, too, knows after a start how far its cluster has counted.
        _nodes.Clear();
        var (_, again) = Add(2);
        Assert.Equal(Term, again.HighestTerm);
    }

    [Fact]
    public void Receive_NodesWithoutEnd_SomeAreKept()
    {
        var (exchange, views) = Add(1);
        for (var id = 2ul; id < HeardNodes.MaxNodes + 100; id++)
        {
            exchange.Receive(Beacons.Write(Beacons.Of(id, sentUnixMs: UnixMs)), FromSomewhere);
        }

        exchange.Tick();
        Assert.Equal(HeardNodes.MaxNodes, views.Current.Peers.Count);
        Assert.True(exchange.Counters[BeaconRejection.Flood] > 0);
    }

    [Fact]
    public void Receive_ClocksApart_SaysHowFarAndWhatToDo()
    {
        var (exchange, _) = Add(1);
        exchange.Receive(Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs - 600_000)), FromSomewhere);

        var line = Assert.Single(_log.Entries, line => line.Id == 1005);
        Assert.Contains("differ by 10 min,", line.Text);
        Assert.Contains("NTP", line.Text);
    }

    [Fact]
    public void Receive_CopiesOverTwoWays_TheAddressStaysTheSame()
    {
        var (exchange, views) = Add(1);
        var ways = new[] { IPAddress.Parse("192.0.2.2"), IPAddress.Parse("198.51.100.2") };
        for (var i = 1ul; i < 100; i++)
        {
            var beacon = Beacons.Of(2, sequence: i, sentUnixMs: UnixMs) with { Addresses = ways };
            exchange.Receive(Beacons.Write(beacon), new(new(ways[i % 2], 10000)));
            Run(Timing.Interval);
            Assert.Equal(ways[1], views.Current.Peers[new NodeId(2)].Addresses[0]);
        }
    }

    [Fact]
    public void Tick_Elected_MasterIsThisNodesOwnTable()
    {
        var (_, views) = Add(1);
        Assert.Null(views.Current.Master);
        Run(TimeSpan.FromSeconds(5));

        Assert.Equal(new(new NodeId(1), views.Current.Decision.Term, new(IPAddress.Loopback, 9997), IsSelf: true), views.Current.Master);
    }

    [Fact]
    public void Tick_MasterSilent_CountsUntilAnotherIsElected()
    {
        Add(1);
        var (_, worker) = Add(2, NodeMode.Worker);
        Run(TimeSpan.FromSeconds(5));
        var master = worker.Current.Master;
        Kill(1);
        Run(2 * Timing.Timeout);

        Assert.Equal(MasterRole.None, worker.Current.Decision.Role);
        Assert.Empty(worker.Current.Peers);
        Assert.Same(master, worker.Current.Master);
    }

    [Fact]
    public void Hear_HigherTermWithoutAClaim_IsKnownAtOnce()
    {
        var (exchange, views) = Add(1);
        var notice = new ElectionNotice { Term = 70 };
        exchange.Receive(Beacons.Write(Beacons.Of(2, sentUnixMs: UnixMs, notice: notice)), FromSomewhere);

        Assert.Equal(70u, views.HighestTerm);
    }

    [Fact]
    public void Learn_TermAboveItsOwn_TheMasterClaimsAboveIt()
    {
        var (_, views) = Add(1);
        Run(TimeSpan.FromSeconds(5));
        views.Learn(70);
        Assert.Equal(70u, views.HighestTerm);
        Run(TimeSpan.FromSeconds(5));

        Assert.Equal(71u, views.Current.Master!.Term);
    }

    [Fact]
    public void Tick_Beacon_TellsTheStrengthOfThatMoment()
    {
        var summary = default(NodeSummary);
        Add(1, summary: () => summary);
        var (_, two) = Add(2);
        foreach (var threads in new ushort[] { 3, 7 })
        {
            summary = new(threads, 2080, new(12.5));
            Run(Timing.Interval);
            Assert.Equal(summary, two.Current.Peers[new(1)].Summary);
        }
    }

    /// <summary>As node 4 over a connection.</summary>
    private (long Number, IEnumerable<(ulong Node, int AgeMs)> Told) Ask(BeaconExchange exchange, ulong sequence, long? since)
    {
        var news = exchange.Answer(Beacons.Write(Beacons.Of(4, sequence: sequence, sentUnixMs: UnixMs)), new(Somewhere, new NodeId(4)), since);
        return (news.Number, news.Beacons.Select(told =>
        {
            Assert.Equal(BeaconRejection.None, BeaconCodec.Read(told.Datagram, [Beacons.Key], out var beacon));
            return ((ulong)beacon!.Node.Value, told.AgeMs);
        }));
    }

    /// <summary>As a beacon of that node, yet not under the key.</summary>
    private static byte[] Forged(ulong node)
    {
        var bytes = Beacons.Write(Beacons.Of(node));
        bytes[^1] ^= 1;
        return bytes;
    }

    private long UnixMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private readonly Dictionary<ulong, LoopbackBeacon.Port> _ports = [];

    private LoopbackBeacon.Port Port(ulong id) => _ports[id];

    private void Kill(ulong id)
    {
        _ports[id].Stop();
        _nodes.RemoveAt((int)id - 1);
    }

    private void Expect(BeaconExchange exchange, byte[] datagram, BeaconRejection end)
    {
        var before = exchange.Counters[end];
        exchange.Receive(datagram, FromSomewhere);
        Assert.True(exchange.Counters[end] == before + 1, $"not counted as {end}");
    }

    private (BeaconExchange Exchange, Mastership Views) Add(
        ulong id, NodeMode mode = NodeMode.Auto, BeaconKeyRing? keys = null, Func<NodeSummary>? summary = null)
    {
        var node = new DiscoveryNode
        {
            Id = new(id),
            Mode = mode,
            Ports = new(9999, 9998, 9997),
            Bind = IPAddress.Any,
            Connect = [],
            Summary = summary ?? (() => default),
            DataFolder = Path.Combine(_folder, $"{id}"),
        };
        var port = _ports[id] = _network.Open($"192.0.2.{id}");
        var views = new Mastership(NullLogger<Mastership>.Instance);
        var exchange = new BeaconExchange(node, Timing, keys ?? new BeaconKeyRing(Beacons.Key), port, views, _clock, _log);
        port.Start(exchange.Receive);
        _nodes.Add((exchange, views));
        return (exchange, views);
    }

    private void Run(TimeSpan time)
    {
        for (var end = _clock.GetUtcNow() + time; _clock.GetUtcNow() < end;)
        {
            _clock.Advance(Timing.Interval);
            _nodes.ForEach(node => node.Exchange.Tick());
        }
    }
}
