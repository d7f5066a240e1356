using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Peers;

/// <summary>A node with too little memory, and another that hashes for it.</summary>
public sealed class MiningLoopRemoteTests : IDisposable
{
    private readonly HeldHost _host = new();
    private readonly LoopHarness _peer;

    public MiningLoopRemoteTests()
    {
        _peer = new(datasetHost: _host);
        _peer.Engine.Status = _peer.Engine.Status with { DatasetMode = DatasetMode.Light };
    }

    public void Dispose() => _peer.Dispose();

    [Fact]
    public void Tick_HostIsOffered_SlicesOfTheOwnUnitsGoThereOnceItIsTheHostsTurn()
    {
        UseHost();

        Assert.Equal((new NodeId(7), PeerState.Mining, 0), (_peer.Status.RemoteHost, _peer.State, _peer.Engine.Own.Count));
        var slices = _host.Searching.Select(search => search.Slice).ToArray();
        Assert.NotEmpty(slices);
        Assert.All(slices, slice => Assert.True(LoopHarness.Unit(1).Range.Contains(slice.Range.First), $"{slice.Range}"));
        Assert.Empty(slices.Select(slice => slice.Range.First).Intersect(_peer.Engine.Begun.Select(slice => slice.Range.First)));
    }

    [Fact]
    public void Search_HostFindsAShare_ItIsHandedInAndCountedAsThisNodesOwn()
    {
        var jobs = UseHost();
        var range = _host.Searching.Peek().Slice.Range;
        _peer.Tick();
        var before = _peer.Reported()[1];

        _peer.Do(() => _host.End(new NonceHit(range.First, default)));
        _peer.Tick();

        var share = Assert.Single(jobs.Shares);
        Assert.Equal((new(1), 1UL, range.First), (share.Peer, share.LeaseId, share.Nonce));
        Assert.Equal(before + range.Count, _peer.Reported()[1]);
    }

    [Fact]
    public void Assign_NewJob_TheHostHearsThatTheOldOneIsOver()
    {
        UseHost();

        _peer.Assign(LoopHarness.Unit(2));

        Assert.Equal([_peer.Epoch.Current], _host.Preempted);
    }

    [Fact]
    public void Search_SessionMovesMeanwhile_TheShareGoesToTheOldOneAndTheCountDoesNot()
    {
        var old = UseHost();
        var first = _host.Searching.Peek().Slice.Range.First;
        var present = _peer.Join("b");

        _peer.Do(() => _host.End(new NonceHit(first, default)));
        _peer.Tick();

        Assert.Single(old.Shares);
        Assert.Empty(present.Shares);
        Assert.Equal([0UL], present.Reports.Select(report => report.LeaseId));   // a sign of life
    }

    /// <summary>Mines until the own threads have been measured, after which the host is tried alone.</summary>
    private FakeJobs UseHost()
    {
        _peer.Join(unit: LoopHarness.Unit(1)).Offer = new(new(7), 2);
        for (var i = 0; i < 16 && _host.Searching.Count == 0; i++)
        {
            _peer.Advance(TimeSpan.FromSeconds(1));
            _peer.Tick();
            _peer.Do(() => _peer.Engine.End());
        }

        while (_peer.Engine.Own.Count > 0)
        {
            _peer.Do(() => _peer.Engine.End());
        }

        return _peer.Jobs;
    }
}
