using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Jobs;

public sealed class NodeTableTests
{
    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);
    private readonly FakeTimeProvider _clock = new();
    private readonly NodeTable _nodes;

    public NodeTableTests() => _nodes = new(new() { WrongHashLimit = 3, WrongHashWindow = TimeSpan.FromMinutes(10) }, _clock);

    [Fact]
    public void Join_20000InventedNodes_FewAreKeptAndMembersGetInAllTheSame()
    {
        for (var i = 100; i < 20_100; i++)
        {
            _nodes.Join(new((UInt128)i), new(5));
            _nodes.Report(Report(new((UInt128)i), PeerState.Mining));
            _nodes.Quarantine(new((UInt128)(2 * i)));
            _nodes.WrongHash(new((UInt128)(3 * i)));
        }

        Assert.Equal(NodeTable.MostStrangers, _nodes.GetStatus().Count);
        Assert.False(_nodes.Admits(One));

        _nodes.Return(One);
        Assert.True(_nodes.Admits(One));
        Assert.True(_nodes.Join(One, new(5)));
        Assert.Equal(NodeTable.MostStrangers + 1, _nodes.GetStatus().Count);
    }

    [Fact]
    public void Sweep_StrangersThatAreSilent_MakeRoomForOthers()
    {
        for (var i = 100; i < 200; i++)
        {
            _nodes.Join(new((UInt128)i), new(5));
        }

        _clock.Advance(NodeTable.LongestSilence + TimeSpan.FromSeconds(1));
        _nodes.Sweep();

        Assert.Empty(_nodes.GetStatus());
        Assert.True(_nodes.Join(Two, new(5)));
    }

    [Fact]
    public void Members_ComeAndGo_EachCountsAsAStrangerWhileItIsGone()
    {
        for (var i = 1; i <= 3 * NodeTable.MostStrangers; i++)
        {
            var node = new NodeId((UInt128)i);
            _nodes.Return(node);
            Assert.True(_nodes.Join(node, new(5)));
            _nodes.Return(node);
            Assert.True(_nodes.Lose(node));
            Assert.False(_nodes.Lose(node));
        }

        Assert.False(_nodes.Admits(new(9999)));
        _clock.Advance(TimeSpan.FromHours(2));
        _nodes.Sweep();
        Assert.True(_nodes.Admits(new(9999)));
    }

    [Fact]
    public void WrongHash_ThirdWithinTheWindow_IsTooMany()
    {
        Assert.Equal((1, false), _nodes.WrongHash(One));
        Assert.Equal((2, false), _nodes.WrongHash(One));
        Assert.Equal((1, false), _nodes.WrongHash(Two));
        Assert.Equal((3, true), _nodes.WrongHash(One));
    }

    [Fact]
    public void WrongHash_SpreadWiderThanTheWindow_IsPutUpWith()
    {
        for (var i = 1; i <= 20; i++)
        {
            Assert.Equal((i, false), _nodes.WrongHash(One));
            _clock.Advance(TimeSpan.FromMinutes(6));
        }
    }

    [Fact]
    public void GetCounts_NodesOfASession_HasEachAndTheirSum()
    {
        _nodes.Report(Report(One, PeerState.Mining) with { HashesDone = 500 });
        _nodes.Report(Report(Two, PeerState.Mining) with { HashesDone = 700 });
        _nodes.Count(One, ShareOutcome.Accepted);
        _nodes.Credit(One, asked: 100, reached: 900);
        _nodes.Count(Two, ShareOutcome.Stale);
        _clock.Advance(TimeSpan.FromSeconds(4));

        var counts = _nodes.GetCounts();

        Assert.Equal((TimeSpan.FromSeconds(4), 1200UL, 100.0), (counts.Age, counts.Total.Hashes, counts.Total.Credited));
        Assert.Equal([(One, 500UL, 125.0), (Two, 700UL, 175.0)], counts.Nodes.Select(node => (node.Node, node.Work.Hashes, node.Work.Rates[0].PerSecond)));
        Assert.Equal((TimeSpan.FromSeconds(4), (TimeSpan?)null), (counts.Nodes[0].Work.SinceAccepted, counts.Nodes[1].Work.SinceAccepted));
        Assert.Equal((1, 1), (counts.Total.Shares[ShareOutcome.Accepted], counts.Total.Shares[ShareOutcome.Stale]));
        Assert.Null(counts.FindFault());
    }

    [Fact]
    public void Quarantine_NodeAsksAndReports_GetsNoWorkUntilReleased()
    {
        Assert.True(_nodes.Join(One, new(5)));
        Assert.True(_nodes.Quarantine(One));
        Assert.False(_nodes.Quarantine(One));

        Assert.False(_nodes.Join(One, new(5)));
        Assert.False(_nodes.Report(Report(One, PeerState.Mining)));
        Assert.Empty(_nodes.Workers);

        Assert.True(_nodes.Release(One));
        Assert.False(_nodes.Release(One));
        Assert.Equal([(One, new HashRate(7))], _nodes.Workers);
    }

    [Fact]
    public void Release_WrongHashesBefore_CountNoMore()
    {
        _nodes.WrongHash(One);
        _nodes.WrongHash(One);
        _nodes.WrongHash(One);
        _nodes.Quarantine(One);
        _nodes.Release(One);

        Assert.Equal((4, false), _nodes.WrongHash(One));
    }

    [Theory]
    [InlineData(PeerState.Mining, true)]
    [InlineData(PeerState.Idle, true)]
    [InlineData(PeerState.Preparing, true)]
    [InlineData(PeerState.Paused, false)]
    [InlineData(PeerState.Drained, false)]
    [InlineData(PeerState.Failed, false)]
    public void Report_OfANodeNotKnown_IsSentWorkWhenItWorks(PeerState state, bool works)
    {
        Assert.Equal(works, _nodes.Report(Report(One, state)));
        Assert.Equal(works, _nodes.Workers.Any());
        Assert.False(_nodes.Report(Report(One, state)));
        Assert.Equal(One, Assert.Single(_nodes.GetStatus()).Node);
    }

    [Theory]
    [InlineData(PeerState.Paused, true)]
    [InlineData(PeerState.Failed, true)]
    [InlineData(PeerState.Draining, false)]
    public void Report_OfAWorker_KeepsItUnlessItDrains(PeerState state, bool stays)
    {
        _nodes.Join(One, new(5));
        _nodes.Report(Report(One, state));
        Assert.Equal(stays, _nodes.Workers.Any());
    }

    [Fact]
    public void Sweep_SilentForLongerThanAMinute_LosesItsWorkOnce()
    {
        _nodes.Join(One, new(5));
        _clock.Advance(TimeSpan.FromSeconds(40));
        _nodes.Join(Two, new(5));
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(_nodes.Sweep());
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([One], _nodes.Sweep());
        Assert.Empty(_nodes.Sweep());
        Assert.Equal([Two], _nodes.Workers.Select(worker => worker.Node));
        Assert.True(_nodes.Report(Report(One, PeerState.Mining)));
    }

    [Fact]
    public void Sweep_LostLongAgo_IsForgottenUnlessInQuarantine()
    {
        _nodes.Join(One, new(5));
        _nodes.Quarantine(Two);
        _clock.Advance(TimeSpan.FromHours(2));
        _nodes.Sweep();

        Assert.Equal(Two, Assert.Single(_nodes.GetStatus()).Node);
    }

    [Fact]
    public void Lose_SiloGone_IsShownAsGoneUntilItIsBack()
    {
        Assert.False(_nodes.Lose(One));
        _nodes.Join(One, new(5));
        Assert.True(_nodes.Lose(One));
        Assert.False(_nodes.Lose(One));
        Assert.True(Assert.Single(_nodes.GetStatus()) is { Gone: true, TakesWork: false });

        Assert.False(_nodes.Join(One, new(5)));
        Assert.False(_nodes.Report(Report(One, PeerState.Mining)));
        Assert.Empty(_nodes.Sweep());
        _nodes.Return(One);
        Assert.True(Assert.Single(_nodes.GetStatus()) is { Gone: false, TakesWork: true });
    }

    private static WorkReport Report(NodeId node, PeerState state) => new() { Peer = node, LeaseId = 0, HashesDone = 0, Rate = new(7), State = state };
}
