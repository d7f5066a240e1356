using System.Collections.Immutable;
using System.Net;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;
using P2PMiner.TestKit;

namespace P2PMiner.Discovery.Tests;

public sealed class MastershipTests
{
    private static readonly ImmutableSortedDictionary<NodeId, LivingPeer> NoPeers = MasterView.Initial.Peers;
    private readonly RecordingLogger<Mastership> _log = new();
    private readonly Mastership _mastership;

    public MastershipTests() => _mastership = new(_log);

    [Fact]
    public async Task NextAsync_LateCaller_GetsTheOneThatCounts()
    {
        Publish(Other(1, term: 4));
        var master = Publish(Other(2, term: 5));

        Assert.Same(master, await NextAsync(null));
    }

    [Fact]
    public async Task NextAsync_NothingDecidedYet_WaitsForTheFirst()
    {
        var next = NextAsync(null);
        _mastership.Publish(default, null, Peers(2));
        Assert.False(next.IsCompleted);
        var master = Publish(Other(2, term: 1));

        Assert.Same(master, await next);
    }

    [Fact]
    public async Task Publish_OtherPeers_AreSeenAndWakeNobody()
    {
        var master = Publish(Other(2, term: 3));
        var (next, end) = (NextAsync(master), _mastership.EndOf(master));
        _mastership.Publish(Following(2, 3), master with { }, Peers(2, 7));

        Assert.Equal([new NodeId(2), new NodeId(7)], _mastership.Current.Peers.Keys);
        Assert.Same(master, _mastership.Current.Master);
        Assert.False(next.IsCompleted || end.IsCancellationRequested);

        var another = Publish(Other(7, term: 4));
        Assert.Same(another, await next);
        Assert.True(end.IsCancellationRequested);
    }

    [Fact]
    public void Publish_Undecided_TheLastCountsOn()
    {
        var master = Publish(Other(2, term: 3));
        var (next, end) = (NextAsync(master), _mastership.EndOf(master));
        _mastership.Publish(new(MasterRole.None, null, 3), null, Peers(5));

        Assert.Equal(MasterRole.None, _mastership.Current.Decision.Role);
        Assert.Single(_mastership.Current.Peers);
        Assert.Same(master, _mastership.Current.Master);
        Assert.False(next.IsCompleted || end.IsCancellationRequested);
    }

    /// <summary>Another may have ruled in between; and whoever calls it must know where it is now.</summary>
    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 2)]
    public async Task Publish_SameNodeInAnotherTermOrPlace_IsAnother(ulong term, int port)
    {
        var master = Publish(Other(2, term: 3));
        var next = NextAsync(master);
        var again = Publish(master with { Term = term, TablePort = new(IPAddress.Loopback, port) });

        Assert.Same(again, await next);
    }

    [Fact]
    public async Task NextAsync_MasterThatLostAndCountsAgain_IsAnother()
    {
        var master = Publish(Other(2, term: 3));
        Publish(Other(1, term: 3));
        var again = Publish(master with { });

        Assert.Equal(master, again);
        Assert.Same(again, await NextAsync(master));
        Assert.True(_mastership.EndOf(master).IsCancellationRequested);
        Assert.False(_mastership.EndOf(again).IsCancellationRequested);
    }

    [Fact]
    public async Task NextAsync_Cancelled_Ends()
    {
        var master = Publish(Other(2, term: 3));
        using var cancellation = new CancellationTokenSource();
        var next = _mastership.NextAsync(master, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.ComesAsync(next, "the end of the wait"));
    }

    /// <summary>The election publishes under its lock: what waits must not run in its place.</summary>
    [Fact]
    public async Task Publish_WhoWaitsIsBusy_DoesNotWaitForIt()
    {
        var master = Publish(Other(2, term: 3));
        using var done = new ManualResetEventSlim();
        await using var busy = _mastership.EndOf(master).Register(() => done.Wait());
        var next = Task.Run(async () =>
        {
            await _mastership.NextAsync(master, CancellationToken.None);
            done.Wait();
        });

        await Eventually.ComesAsync(Task.Run(() => Publish(Other(1, term: 4))), "the decision is published");
        done.Set();
        await Eventually.ComesAsync(next, "the end of who waited");
    }

    [Fact]
    public async Task FollowAsync_ManyChangesAtOnce_OneAtATimeAndNeverWithoutTheLast()
    {
        const ulong Last = 2_000;
        var (atOnce, overlaps) = (0, 0);
        var seen = new List<ulong>();
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var end = new CancellationTokenSource();
        var following = _mastership.FollowAsync(FollowAsync, end.Token);
        await Task.Run(() =>
        {
            for (var term = 1ul; term <= Last; term++)
            {
                Publish(Other(1 + term % 3, term));
            }
        });

        await Eventually.ComesAsync(last.Task, "the last master");
        Assert.Equal(0, overlaps);
        Assert.Equal(seen.Order().Distinct(), seen);
        await end.CancelAsync();
        await Eventually.ComesAsync(following, "the end");

        async Task FollowAsync(Master master, CancellationToken reign)
        {
            overlaps += Interlocked.Increment(ref atOnce) - 1;
            seen.Add(master.Term);
            try
            {
                if (master.Term == Last)
                {
                    last.SetResult();
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, reign);
            }
            finally
            {
                Interlocked.Decrement(ref atOnce);
            }
        }
    }

    [Fact]
    public async Task FollowAsync_DoneWithOne_WaitsForTheNext()
    {
        var seen = new List<Master>();
        using var end = new CancellationTokenSource();
        var following = _mastership.FollowAsync((master, _) =>
        {
            lock (seen)
            {
                seen.Add(master);
            }

            return Task.CompletedTask;
        }, end.Token);
        foreach (var count in new[] { 1, 2 })
        {
            Publish(Other(2, term: (ulong)count));
            await Eventually.HoldsAsync(() => { lock (seen) return seen.Count == count; }, $"{count} were followed");
        }

        await end.CancelAsync();
        await Eventually.ComesAsync(following, "the end");
    }

    [Fact]
    public async Task FollowAsync_CancelledForAnotherReason_Throws()
    {
        Publish(Other(2, term: 3));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _mastership.FollowAsync((_, _) => throw new OperationCanceledException(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Publish_AnotherNode_IsToldOnceForEachChange()
    {
        var self = new Master(new(1), 5, new(IPAddress.Loopback, 9997), IsSelf: true);
        Publish(Other(2, term: 3));
        Publish(Other(2, term: 4));
        _mastership.Publish(new(MasterRole.None, null, 4), null, NoPeers);
        Publish(Other(2, term: 4));
        Publish(self);
        Publish(self with { Term = 6 });
        Publish(Other(2, term: 7));

        Assert.Equal(
            [
                $"node {new NodeId(2).Short} at 192.0.2.2 is master (term 3); this node works for it",
                "this node is master (term 5): it talks to the pool and hands out the work",
                $"node {new NodeId(2).Short} at 192.0.2.2 is master (term 7); this node works for it",
            ],
            _log.Lines);
    }

    [Fact]
    public void Learn_Term_IsHandedToTheElection()
    {
        var learnt = new List<ulong>();
        _mastership.TermLearnt += learnt.Add;
        _mastership.Learn(8);

        Assert.Equal([8ul], learnt);
    }

    private Task<Master> NextAsync(Master? known) => Eventually.ComesAsync(_mastership.NextAsync(known, CancellationToken.None), "the next master");

    private Master Publish(Master master)
    {
        _mastership.Publish(master.IsSelf ? new(MasterRole.Master, master.Node, master.Term) : Following(master.Node.Value, master.Term), master, NoPeers);
        return master;
    }

    private static MasterDecision Following(UInt128 node, ulong term) => new(MasterRole.Following, new NodeId(node), term);

    private static Master Other(ulong node, ulong term) => new(new(node), term, new(IPAddress.Parse($"192.0.2.{node}"), 9997), IsSelf: false);

    private static ImmutableSortedDictionary<NodeId, LivingPeer> Peers(params ulong[] nodes)
        => nodes.ToImmutableSortedDictionary(node => new NodeId(node), node => new LivingPeer
        {
            Node = new(node),
            Boot = 1,
            Addresses = [IPAddress.Loopback],
            Ports = new(1, 2, 3),
            Summary = default,
            Election = new() { Term = 0 },
        });
}
