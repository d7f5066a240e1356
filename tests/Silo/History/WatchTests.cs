using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.History;
using static P2PMiner.Silo.Tests.History.Diary;
using static P2PMiner.Silo.Tests.History.SamplingTests;

namespace P2PMiner.Silo.Tests.History;

public sealed class WatchTests
{
    private static readonly NodeId Third = new(3);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    private readonly Told _told = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly ClusterWatch _watch;

    public WatchTests() => _watch = new(Self, _told, _clock);

    [Fact]
    public void Begin_NodesAndPoolThatGoOn_AreNoNews()
    {
        _watch.Begin(4, Third, [Other, Third], "pool.example:1");
        See(Job(0, Work(Self, 1), Work(Other, 1), Work(Third, 1)), Served());
        See(Job(0, Work(Self, 1), Work(Other, 1), Work(Third, 1)), Served());

        Assert.Equal([$"master {Self.Short}: node {Self.Short} is master now (term 4); before it was node {Third.Short}"], _told.Take());
    }

    [Fact]
    public void Begin_FormerMasterIsSilent_IsLost()
    {
        _watch.Begin(4, Third, [Other], "pool.example:1");

        Assert.Contains($"lost {Third.Short}: node {Third.Short} is lost: its silo has left the cluster, or it is silent", _told.Take());
    }

    [Fact]
    public void Look_NodeJoinsIsLostComesBackAndIsForgotten_IsToldEachTimeOnce()
    {
        Begin();
        See(Job(0, Work(Self, 1)), Served(), []);
        See(Job(0, Work(Self, 1), Work(Other, 1)), Served(), [Other]);
        See(Job(0, Work(Self, 1), Work(Other, 1)), Served(), []);
        See(Job(0, Work(Self, 1), Work(Other, 1) with { Gone = true }), Served(), []);
        See(Job(0, Work(Self, 1), Work(Other, 1) with { Gone = true }), Served(), []);
        See(Job(0, Work(Self, 1), Work(Other, 1)), Served(), [Other]);
        See(Job(0, Work(Self, 1), Work(Other, 1) with { Silent = TimeSpan.FromMinutes(2) }), Served(), []);
        See(Job(0, Work(Self, 1)), Served(), []);
        See(Job(0, Work(Self, 1)), Served(), []);

        Assert.Equal(["joined", "lost", "joined", "lost", "removed"], _told.Kinds());
    }

    [Fact]
    public void Look_NodeIsSilentToBeaconsOnly_IsNotLost()
    {
        Begin(Other);
        See(Job(0, Work(Self, 1), Work(Other, 1)), Served(), []);
        See(Job(0, Work(Self, 1), Work(Other, 1) with { Gone = true }), Served(), [Other]);

        Assert.Empty(_told.Take());
    }

    [Fact]
    public void Look_Quarantine_TellsWhy()
    {
        Begin(Other, Third);
        See(Job(0, Work(Other, 1) with { Quarantined = true, Invalid = 3 }, Work(Third, 1) with { Quarantined = true }), Served(), [Other, Third]);
        See(Job(0, Work(Other, 1) with { Quarantined = true, Invalid = 3 }, Work(Third, 1)), Served(), [Other, Third]);

        Assert.Equal(
        [
            $"quarantined {Other.Short}: node {Other.Short} is quarantined; 3 of its hashes were wrong",
            $"quarantined {Third.Short}: node {Third.Short} is quarantined by command",
            $"released {Third.Short}: node {Third.Short} is released from quarantine",
        ], _told.Take());
    }

    [Fact]
    public void Look_PoolIsLostAndBack_IsToldOnceEach()
    {
        Begin();
        See(pool: Served());
        See(pool: Served() with { State = PoolState.Waiting, LastError = "the end of the line" });
        See(pool: Served() with { State = PoolState.Connecting, LastError = "the end of the line" });
        See(pool: Served() with { Uptime = TimeSpan.FromSeconds(2) });
        See(pool: Served() with { Uptime = TimeSpan.FromSeconds(12) });

        Assert.Equal(
            ["pool-lost : the connection to pool.example:1 is lost: the end of the line", "pool-back : pool.example:1 serves again after 20 s"], _told.Take());
    }

    [Fact]
    public void Look_PoolWasLostBetweenTwoLooks_IsTold()
    {
        Begin();
        See(pool: Served());
        See(pool: Served() with { Uptime = TimeSpan.FromSeconds(2), LastError = "reset" });

        Assert.Equal(["pool-back : the connection to pool.example:1 was lost for a moment: reset"], _told.Take());
    }

    [Fact]
    public void Look_AnotherPoolTakesOverAndTheFirstComesBack_AreFailovers()
    {
        Begin();
        See(pool: Served());
        See(pool: Served() with { State = PoolState.Waiting });
        See(pool: Served() with { Pool = "other.example:1" });
        See(pool: Served());

        Assert.Equal(["pool-lost", "failover", "failover"], _told.Kinds());
    }

    [Fact]
    public void Look_PoolsAreChangedByCommand_IsAPoolNotAFailover()
    {
        Begin();
        See(pool: Served());
        See(pool: Served() with { Pools = [.. Served().Pools.Reverse()] });
        See(pool: Served() with { Pools = [.. Served().Pools.Reverse()], Pool = "other.example:1" });
        See(pool: Served() with { Pools = [.. Served().Pools.Reverse()], Pool = "other.example:1", Algorithms = [Algorithm.RandomXV2] });

        Assert.Equal(
        [
            "settings : pools: stratum+tcp://other.example:1, stratum+tcp://pool.example:1", "pool : mining at other.example:1 instead of pool.example:1",
            "settings : algorithms: rx/2",
        ], _told.Take());
    }

    [Fact]
    public void Look_FirstPoolAndNoneAtFirst_AreTold()
    {
        _watch.Begin(1, null, [], null);
        _told.Take();
        See(pool: Served() with { State = PoolState.Connecting });
        See(pool: Served() with { State = PoolState.Waiting, LastError = "refused" });
        See(pool: Served());

        Assert.Equal(["pool-lost : no connection to pool.example:1: refused", "pool : mining at pool.example:1"], _told.Take());
    }

    [Fact]
    public void NodeWatch_PauseThreadsAndFailure_AreTold()
    {
        var watch = new NodeWatch(Self, _told);
        watch.Look(Peer(PeerState.Mining));
        watch.Look(Peer(PeerState.Mining));
        watch.Look(Peer(PeerState.Paused));
        watch.Look(Peer(PeerState.Idle));
        watch.Look(Peer(PeerState.Draining));
        watch.Look(Peer(PeerState.Drained));
        watch.Look(Peer(PeerState.Mining) with { Threads = 1 });
        watch.Look(Peer(PeerState.Mining) with { Threads = 4, Algorithm = Algorithm.GhostRider });
        watch.Look(Peer(PeerState.Failed) with { Threads = 4, Algorithm = Algorithm.GhostRider, Failure = "no memory" });

        var node = Self.Short;
        Assert.Equal(
        [
            $"paused {node}: paused", $"resumed {node}: resumed", $"paused {node}: draining: it takes no more work", $"resumed {node}: resumed",
            $"settings {node}: threads: 1 instead of 2", $"failed {node}: cannot mine: no memory",
        ], _told.Take());
    }

    private static PeerStatus Peer(PeerState state) => new()
    {
        Node = Self, Capabilities = new Terminal.FullValues(0).Make<PeerCapabilities>(), State = state, Rates = default, Threads = 2,
        Algorithm = Algorithm.RandomX,
    };

    /// <summary>Master, of a cluster at work.</summary>
    private void Begin(params NodeId[] living)
    {
        _watch.Begin(1, null, living, "pool.example:1");
        _told.Take();
    }

    private void See(JobStatus? job = null, PoolStatus? pool = null, NodeId[]? living = null)
    {
        _watch.Look(job ?? Job(0, Work(Self, 1)), pool ?? Served(), living ?? []);
        _clock.Advance(Look);
    }

    private sealed class Told : IEventLog
    {
        private readonly List<(string Kind, string Line)> _events = [];

        public void Add(string kind, string text, NodeId? node = null) => _events.Add((kind, $"{kind} {node?.Short}: {text}"));

        public IReadOnlyList<string> Take()
        {
            string[] lines = [.. _events.Select(one => one.Line)];
            _events.Clear();
            return lines;
        }

        public IReadOnlyList<string> Kinds() => [.. _events.Select(one => one.Kind)];
    }
}
