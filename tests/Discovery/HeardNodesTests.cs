using System.Net;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Discovery.Tests;

public sealed class HeardNodesTests
{
    private static readonly NodeId One = new(1);
    private static readonly IPAddress First = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Second = IPAddress.Parse("198.51.100.1");
    private readonly HeardNodes _heard = new();

    [Fact]
    public void Take_NewNode_SaysWhereItIsOnce()
    {
        Assert.Equal(First, Take(1, From(First), at: 0));
        Assert.Null(Take(1, From(First), at: 1));
        Assert.Equal(2, _heard.Number);
    }

    [Fact]
    public void Take_TwoWays_TheFirstIsKeptUntilItIsSilent()
    {
        Take(1, From(First), at: 0);
        Take(1, From(Second), at: 9);
        Assert.Equal([First, Second], _heard[One].Addresses);

        Take(1, From(First), at: 9.5);
        Take(1, From(Second), at: 19);
        Assert.Equal([First, Second], _heard[One].Addresses);

        Take(1, From(Second), at: 19.5);
        Assert.Equal([Second, First], _heard[One].Addresses);
    }

    [Fact]
    public void Take_NodeHasRestarted_ItsNewWayCounts()
    {
        Take(1, From(First), at: 0);
        Take(1, From(Second), at: 1, boot: 8);

        Assert.Equal([Second, First], _heard[One].Addresses);
    }

    [Fact]
    public void Take_SameAddresses_AreTheSameList()
    {
        Take(1, From(First), at: 0);
        var addresses = _heard[One].Addresses;
        Take(1, From(First), at: 1);

        Assert.Same(addresses, _heard[One].Addresses);
    }

    [Fact]
    public void TryTakeWay_OfOneThatOthersToldOf_TellsWhereItIs()
    {
        Take(1, new(new(Second, 9997), new NodeId(7)), at: 0);
        Assert.Empty(_heard.Unicast);

        Assert.False(_heard.TryTakeWay(One, new(new(Second, 9997), new NodeId(7)), At(1)), "another has passed it on");
        Assert.True(_heard.TryTakeWay(One, From(Second), At(1)));
        Assert.Equal([Second, First], _heard[One].Addresses);
        Assert.Equal([new(Second, 10000)], _heard.Unicast);
        Assert.False(_heard.TryTakeWay(One, From(First), At(2)), "it was known");
        Assert.False(_heard.TryTakeWay(new(2), From(First), At(2)), "nothing was heard of that node");
    }

    [Fact]
    public void Unicast_MoreThanAreCalled_AreThoseHeardLast()
    {
        for (var node = 1; node <= HeardNodes.MaxUnicast + 10; node++)
        {
            Take((ulong)node, From(new([192, 0, 2, (byte)node])), at: node / 100.0);
        }

        Take(200, new(new(First, 9997), new NodeId(200)), at: 5);
        Assert.Equal(
            Enumerable.Range(11, HeardNodes.MaxUnicast).Reverse()
                .Select(node => new IPEndPoint(new IPAddress([192, 0, 2, (byte)node]), 10000)), _heard.Unicast);
    }

    [Fact]
    public void HasRoomFor_Full_TakesOnlyWhomItKnows()
    {
        for (var node = 1ul; node <= HeardNodes.MaxNodes; node++)
        {
            Assert.True(_heard.HasRoomFor(new(node)));
            Take(node, From(First), at: 0);
        }

        Assert.True(_heard.HasRoomFor(One));
        Assert.False(_heard.HasRoomFor(new(HeardNodes.MaxNodes + 1)));
    }

    /// <summary>A silence counts from the sender's last word, not from when others passed it on.</summary>
    [Fact]
    public void Forget_SilentForTenMinutes_IsGone()
    {
        Take(1, new(new(First, 9997), new NodeId(7), TimeSpan.FromSeconds(30)), at: 0);
        Take(2, From(Second), at: 0);
        _heard.Forget(HeardNodes.Remember);

        Assert.Equal([new NodeId(2)], _heard.Ordered(new HashSet<NodeId>()).Select(peer => peer.Node));
        Assert.Equal([Second], _heard.Unicast.Select(endPoint => endPoint.Address));
    }

    [Fact]
    public void Since_Number_TellsWhatCameLater()
    {
        Take(1, From(First), at: 0);
        Take(2, From(Second), at: 1);
        var known = _heard.Number;
        Take(1, From(First), at: 2);
        NodeId[] both = [One, new(2)];

        Assert.Equal([3000, 4000], _heard.Since(0, both, At(5)).Select(beacon => beacon.AgeMs));
        Assert.Equal([3000], _heard.Since(known, both, At(5)).Select(beacon => beacon.AgeMs));
        Assert.Empty(_heard.Since(_heard.Number, both, At(5)));
    }

    [Fact]
    public void Ordered_TheLivingFirst_AndOfThemWhoIsOrMayBeMaster()
    {
        Take(1, From(First), at: 1);
        Take(2, From(First), at: 2);
        Take(3, From(First), at: 0, notice: new() { Term = 1 });
        Take(4, From(First), at: 0, notice: new() { Term = 1, MayBeMaster = true });
        Take(5, From(First), at: 0, notice: new() { Term = 1, MayBeMaster = true, Preferred = true });
        Take(6, From(First), at: 0, notice: new() { Term = 1, MayBeMaster = true, Master = new NodeId(6) });
        var living = new HashSet<NodeId> { new(3), new(4), new(5), new(6) };

        Assert.Equal([6, 5, 4, 3, 2, 1], _heard.Ordered(living).Select(peer => (int)peer.Node.Value));
    }

    private IPAddress? Take(ulong node, BeaconWay way, double at, ulong boot = 7, ElectionNotice? notice = null)
    {
        var beacon = Beacons.Of(node, sentUnixMs: 0, notice: notice) with { Boot = boot, Addresses = [First, Second] };
        _heard.Take(beacon, way, [1, 2, 3], At(at), beacon.SentUnixMs, out var found);
        return found;
    }

    private static BeaconWay From(IPAddress address) => new(new(address, 10000));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
