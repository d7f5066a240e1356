using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Datasets;
using P2PMiner.Grains.Datasets;
using P2PMiner.Hashing;

namespace P2PMiner.Grains.Tests.Datasets;

public sealed class HostDeskTests
{
    private static readonly Seed SeedA = Seed.FromBytes([1]);
    private static readonly Seed SeedB = Seed.FromBytes([2]);

    private readonly FakeTimeProvider _clock = new();
    private Seed _ready = SeedA;
    private int _threads = 1;

    [Fact]
    public void Enter_Idle_ComesAtOnce()
    {
        var turn = Enter(Desk(), 1);

        Assert.Null(Answer(turn));
    }

    [Theory]
    [InlineData(1, false, HostRefusalReason.NotReady)]
    [InlineData(0, true, HostRefusalReason.NoThreads)]
    public void Enter_CannotBeServed_SaysWhyAndWhenToAskAgain(int threads, bool rightSeed, HostRefusalReason reason)
    {
        _threads = threads;

        var refusal = Answer(Enter(Desk(), 1, rightSeed ? SeedA : SeedB));

        Assert.Equal(reason, refusal?.Reason);
        Assert.True(refusal?.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public void Enter_MoreThanTheQuota_IsRefusedUntilOneLeaves()
    {
        var desk = Desk();
        var first = Enter(desk, 1);
        Enter(desk, 1);

        Assert.Equal(HostRefusalReason.Quota, Answer(Enter(desk, 1))?.Reason);
        desk.Leave(first);
        Assert.Null(Answer(Enter(desk, 1)));
    }

    [Fact]
    public void Enter_QueueFullOfEqualPeers_IsRefused()
    {
        var desk = Desk();
        var turns = Enumerable.Range(1, 20).Select(peer => Enter(desk, peer)).ToList();

        Assert.Equal(HostDesk.CapacityOf(1), desk.Waiting);
        Assert.Equal(HostRefusalReason.Busy, Answer(turns[^1])?.Reason);
        Assert.Equal(20 - HostDesk.CapacityOf(1) - 2, desk.Refused);
    }

    [Fact]
    public void Enter_QueueFullOfOnePeer_TakesThePlaceOfItsLatest()
    {
        _threads = 4;
        var desk = Desk();
        var greedy = Enumerable.Range(1, 5).SelectMany(peer => Enumerable.Range(0, HostDesk.QuotaOf(4)).Select(_ => Enter(desk, peer))).ToList();
        Assert.Equal(HostDesk.CapacityOf(4), desk.Waiting);

        var newcomer = Enter(desk, 99);

        Assert.False(newcomer.Task.IsCompleted);
        Assert.Equal(HostDesk.CapacityOf(4), desk.Waiting);
        Assert.Contains(greedy, turn => turn.Task.IsCompleted && Answer(turn)?.Reason == HostRefusalReason.Busy);
    }

    [Fact]
    public void Leave_SeveralPeersWait_TheyTakeTurns()
    {
        _threads = 3;
        var desk = Desk();
        var turns = new List<HostTurn>();
        foreach (var peer in (int[])[1, 1, 1, 1, 1, 1, 2, 2, 3])
        {
            turns.Add(Enter(desk, peer));
        }

        // Four began with nobody else there; then each peer in its turn.
        Assert.Equal(4, desk.Running);
        var order = new List<UInt128>();
        while (turns.Find(turn => turn.Task.IsCompleted) is { } done)
        {
            turns.Remove(done);
            var before = turns.Where(turn => turn.Task.IsCompleted).ToList();
            desk.Leave(done);
            order.AddRange(turns.Where(turn => turn.Task.IsCompleted).Except(before).Select(turn => turn.Peer.Value));
        }

        Assert.Equal([1, 2, 3, 1, 2], order);
        Assert.Equal((0, 0, 0), (desk.Running, desk.Waiting, desk.Peers));
    }

    [Fact]
    public void Leave_SeedChangedMeanwhile_WhoWaitsWithTheOldIsToldAtOnce()
    {
        var desk = Desk();
        var running = Enter(desk, 1);
        Enter(desk, 2);
        var waiting = Enter(desk, 3);
        Assert.False(waiting.Task.IsCompleted);

        _ready = SeedB;
        desk.Leave(running);

        Assert.Equal(HostRefusalReason.NotReady, Answer(waiting)?.Reason);
        Assert.Null(Answer(Enter(desk, 3, SeedB)));
    }

    [Fact]
    public void Preempt_OlderGenerations_EndsRunningAndWaitingOnesOfThatPeerOnly()
    {
        var desk = Desk();
        var (running, other) = (Enter(desk, 1, generation: 5), Enter(desk, 2, generation: 5));
        var (old, current) = (Enter(desk, 1, generation: 6), Enter(desk, 2, generation: 6));

        desk.Preempt(new(1), 7);

        Assert.True(running.Cancellation.IsCancellationRequested);
        Assert.True(old.Cancellation.IsCancellationRequested && Answer(old) is null);
        Assert.False(other.Cancellation.IsCancellationRequested || current.Cancellation.IsCancellationRequested || current.Task.IsCompleted);
    }

    [Fact]
    public void AnySequence_BoundsHoldAndEveryTurnEnds() =>
        Gen.Select(Gen.Int[1, 4], Gen.Select(Gen.Int[0, 9], Gen.Int[1, 6]).Array[1, 200]).Sample((threads, steps) =>
        {
            (_threads, _ready) = (threads, SeedA);
            var desk = Desk();
            var turns = new List<HostTurn>();
            foreach (var (step, peer) in steps)
            {
                switch (step)
                {
                    case < 6:
                        turns.Add(Enter(desk, peer, generation: (ulong)turns.Count));
                        break;
                    case < 8 when turns.Find(turn => turn.Task.IsCompleted && Answer(turn) is null) is { } running:
                        turns.Remove(running);
                        desk.Leave(running);
                        break;
                    case 8:
                        desk.Preempt(new((UInt128)peer), (ulong)turns.Count);
                        break;
                    case 9 when peer == 6:
                        _ready = _ready == SeedA ? SeedB : SeedA;
                        break;
                }

                turns.RemoveAll(turn => turn.Task.IsCompleted && Answer(turn) is not null);
                Assert.InRange(desk.Waiting, 0, HostDesk.CapacityOf(threads));
                Assert.All(turns.GroupBy(turn => turn.Peer), ofPeer => Assert.InRange(ofPeer.Count(), 1, HostDesk.QuotaOf(threads)));
                Assert.Equal(turns.Count, desk.Waiting + desk.Running);
            }

            while (turns.Find(turn => turn.Task.IsCompleted && Answer(turn) is null) is { } running)
            {
                turns.Remove(running);
                desk.Leave(running);
                turns.RemoveAll(turn => turn.Task.IsCompleted && Answer(turn) is not null);
            }

            Assert.Empty(turns);
            Assert.Equal((0, 0, 0), (desk.Running, desk.Waiting, desk.Peers));
        }, threads: 1);

    private static HostRefusal? Answer(HostTurn turn)
    {
        Assert.True(turn.Task.IsCompleted, "it still waits");
        return turn.Task.Result;
    }

    private static HostTurn Enter(HostDesk desk, int peer, Seed? seed = null, ulong generation = 1)
    {
        var turn = new HostTurn(new((UInt128)peer), Algorithm.RandomX, seed ?? SeedA, generation);
        _ = desk.EnterAsync(turn);
        return turn;
    }

    private HostDesk Desk() => new(() => _threads, (algorithm, seed) => algorithm == Algorithm.RandomX && seed == _ready, _clock);
}
