using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Grains.Tests.Pool;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Jobs;

public sealed class ShareJudgeTests : INodeFaults
{
    private const int WrongHashLimit = 3;

    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);
    private static readonly PoolJob Job = PoolJobs.Make() with { Serial = 1, Target = Target.Easiest };

    private readonly FakeTimeProvider _clock = new();
    private readonly GrainTurns _turns = new();
    private readonly FakeHashEngine _engine = new();
    private readonly RecordingLogger _log = new();
    private readonly JobTable _jobs;
    private readonly NodeTable _nodes;
    private readonly ShareJudge _judge;
    private readonly ConcurrentQueue<VerifiedShare> _submitted = [];
    private readonly List<NodeId> _ended = [];
    private readonly List<string> _faults = [];

    /// <summary>What the pool says of a share.</summary>
    private Func<Task<ShareOutcome>> _pool = () => Task.FromResult(ShareOutcome.Accepted);

    public ShareJudgeTests()
    {
        var options = new LeaseOptions { WrongHashLimit = WrongHashLimit };
        (_jobs, _nodes) = (new(options, _clock, new Random(1)), new(options, _clock));
        _judge = new(_jobs, _nodes, _engine, this, options, _clock, SubmitAsync, _ended.Add, _log);
        _jobs.Replace(Job);
        Assert.True(_nodes.Join(One, default));
        Assert.True(_nodes.Join(Two, default));
    }

    void INodeFaults.Report(string fault) => _faults.Add(fault);

    [Fact]
    public async Task Judge_RightShare_GoesToThePoolAndCountsForItsNode()
    {
        var share = Share(Lease(One));

        Assert.Equal(ShareOutcome.Accepted, await JudgeAsync(share));

        var sent = new VerifiedShare { JobSerial = share.JobSerial, ExtraNonce = share.ExtraNonce, Nonce = share.Nonce, Hash = share.Hash };
        Assert.Equal(sent, Assert.Single(_submitted));
        Assert.Equal(1, Status(One).Accepted);
        Assert.Equal(0, Status(Two).Accepted);
        Assert.Equal([(ShareOutcome.Accepted, 1L)], Outcomes);
        var counts = _nodes.GetCounts();
        Assert.Equal((1, 0), (counts.Nodes[0].Work.Best.Count, counts.Nodes[1].Work.Best.Count));
        Assert.Equal((1.0, (double)new Target { Limit = share.Hash }.Difficulty), (counts.Total.Credited, Assert.Single(counts.Total.Best)));
        Assert.Equal((LogLevel.Debug, 3003), Assert.Single(_log.Entries) switch { var line => (line.Level, line.Id) });
    }

    [Theory]
    [InlineData(ShareOutcome.Stale)]
    [InlineData(ShareOutcome.Rejected)]
    [InlineData(ShareOutcome.Lost)]
    [InlineData(ShareOutcome.LowDifficulty)]
    public async Task Judge_PoolDoesNotTakeIt_IsThePoolsAnswerAndNoFaultOfTheNode(ShareOutcome answer)
    {
        _pool = () => Task.FromResult(answer);

        Assert.Equal(answer, await JudgeAsync(Share(Lease(One))));

        Assert.Equal((0, 0), (Status(One).Accepted, Status(One).Invalid));
        Assert.Equal([(answer, 1L)], Outcomes);
    }

    [Fact]
    public async Task Judge_NotWorthAHash_IsRefusedWithoutOne()
    {
        var (lease, share) = (Lease(One), Share(Lease(One)));
        Assert.Equal(ShareOutcome.Accepted, await JudgeAsync(share));
        _submitted.Clear();
        _engine.TamperSingle = _ => throw new InvalidOperationException("hashed");

        Assert.Equal(ShareOutcome.Duplicate, await JudgeAsync(share));
        Assert.Equal(ShareOutcome.OutsideLease, await JudgeAsync(share with { Peer = Two }));
        Assert.Equal(ShareOutcome.Stale, await JudgeAsync(share with { JobSerial = 7 }));
        _jobs.Replace(Job with { Serial = 2, Target = new() { Limit = default } });
        Assert.Equal(ShareOutcome.LowDifficulty, await JudgeAsync(Share(lease) with { JobSerial = 2 }));

        Assert.Empty(_submitted);
        Assert.Equal(5, Outcomes.Sum(outcome => outcome.Count));
        Assert.All(Outcomes, outcome => Assert.Equal(1, outcome.Count));
    }

    [Fact]
    public async Task Judge_NodeInQuarantine_IsRefusedAndTheNonceIsNotUsedUp()
    {
        var share = Share(Lease(One));
        _nodes.Quarantine(One);
        Assert.Equal(ShareOutcome.Quarantined, await JudgeAsync(share));

        _nodes.Release(One);
        Assert.Equal(ShareOutcome.Accepted, await JudgeAsync(share));
    }

    [Fact]
    public async Task Judge_SharesOutsideTheLeaseWithoutEnd_AreToldFiveTimesAMinuteAndTheRestIsCounted()
    {
        var share = Share(Lease(One)) with { Peer = Two };
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(ShareOutcome.OutsideLease, await JudgeAsync(share));
        }

        Assert.Equal(5, LinesOf(3001).Count);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await JudgeAsync(share);

        Assert.Equal($"share {share.Nonce:x8} of job 1 from node {Two.Short} lies outside its lease (15 more before this were left out)", LinesOf(3001)[^1]);
        Assert.Equal([(ShareOutcome.OutsideLease, 21L)], Outcomes);
    }

    [Fact]
    public async Task Judge_MoreAtOnceThanFitAnyHonestCluster_AreLostUntilOthersAreDone()
    {
        var answer = new TaskCompletionSource<ShareOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pool = () => answer.Task;
        var lease = Lease(One);
        var under = Enumerable.Range(0, ShareJudge.MostJudged).Select(i => JudgeAsync(Share(lease, (uint)i))).ToArray();
        await Eventually.HoldsAsync(() => _submitted.Count == ShareJudge.MostJudged, "all of the shares at the pool");

        var tooMany = Share(lease, ShareJudge.MostJudged);
        Assert.Equal(ShareOutcome.Lost, await JudgeAsync(tooMany));
        Assert.Equal(ShareJudge.MostJudged, _submitted.Count);
        answer.SetResult(ShareOutcome.Accepted);
        Assert.All(await Task.WhenAll(under), outcome => Assert.Equal(ShareOutcome.Accepted, outcome));

        // It did not count as seen.
        Assert.Equal(ShareOutcome.Accepted, await JudgeAsync(tooMany));
    }

    [Fact]
    public async Task Judge_ThisNodeCannotHash_IsToldToTheCallerAndTakesUpNoPlace()
    {
        _engine.Unavailable = [Job.Algorithm];
        var lease = Lease(One);
        for (var i = 0; i <= ShareJudge.MostJudged; i++)
        {
            await Assert.ThrowsAsync<HashEngineException>(() => JudgeAsync(Share(lease, (uint)i)));
        }

        Assert.Empty(Outcomes);
    }

    [Fact]
    public async Task Judge_BlockComesWhileTheHashIsRecomputed_IsStale()
    {
        _engine.TamperSingle = hash =>
        {
            _jobs.Replace(PoolJobs.Make("next", parent: 1) with { Serial = 2 });
            return hash;
        };

        Assert.Equal(ShareOutcome.Stale, await JudgeAsync(Share(Lease(One))));

        Assert.Empty(_submitted);
    }

    [Fact]
    public async Task Judge_WrongHash_IsInvalidAndTheNodeIsNamed()
    {
        var share = Share(Lease(One));

        Assert.Equal(ShareOutcome.Invalid, await JudgeAsync(Wrong(share)));

        Assert.Empty(_submitted);
        Assert.Empty(_faults);
        Assert.Equal((1, false), (Status(One).Invalid, Status(One).Quarantined));
        Assert.Equal(
            $"node {One.Short} computes wrong hashes: nonce {share.Nonce:x8} gives {share.Hash}, it said {Wrong(share).Hash} (1 so far); check its memory and clock speeds",
            Assert.Single(LinesOf(3002)));
    }

    [Fact]
    public async Task Judge_WrongHashesUpToTheLimit_PutTheNodeIntoQuarantineOnce()
    {
        var (lease, honest) = (Lease(One), Share(Lease(Two)));
        for (var i = 0; i < WrongHashLimit - 1; i++)
        {
            Assert.Equal(ShareOutcome.Invalid, await JudgeAsync(Wrong(Share(lease, (uint)i))));
        }

        Assert.Empty(_ended);
        Assert.Equal(ShareOutcome.Invalid, await JudgeAsync(Wrong(Share(lease, WrongHashLimit))));
        Assert.Equal([One], _ended);
        Assert.True(Status(One).Quarantined);
        Assert.StartsWith($"node {One.Short} is quarantined: {WrongHashLimit} wrong hashes within 10 min", Assert.Single(LinesOf(3006)),
            StringComparison.Ordinal);

        Assert.Equal(ShareOutcome.Quarantined, await JudgeAsync(Share(lease, WrongHashLimit + 1)));
        Assert.Equal(ShareOutcome.Accepted, await JudgeAsync(honest));
    }

    [Fact]
    public async Task Judge_ManyWrongHashesOfANodeAtOnce_OneIsRecomputedFromScratchAtATime()
    {
        var (recomputations, settled) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _engine.Recomputed = async hash =>
        {
            Interlocked.Increment(ref recomputations);
            await settled.Task;
            return hash;
        };
        var (one, two) = (Lease(One), Lease(Two));
        var first = JudgeAsync(Wrong(Share(one)));
        await Eventually.HoldsAsync(() => Volatile.Read(ref recomputations) == 1, "the recomputation");

        for (var i = 1U; i < 20; i++)
        {
            Assert.Equal(ShareOutcome.Invalid, await JudgeAsync(Wrong(Share(one, i))));
        }

        // Another node has one of its own meanwhile, and right shares do not wait.
        var other = JudgeAsync(Wrong(Share(two)));
        await Eventually.HoldsAsync(() => Volatile.Read(ref recomputations) == 2, "the recomputation for the other node");
        Assert.Equal(ShareOutcome.Accepted, await JudgeAsync(Share(one, 30)));

        settled.SetResult();
        Assert.Equal([ShareOutcome.Invalid, ShareOutcome.Invalid], await Task.WhenAll(first, other));
        Assert.Equal((1, 1), (Status(One).Invalid, Status(Two).Invalid));
        Assert.Equal(ShareOutcome.Invalid, await JudgeAsync(Wrong(Share(one, 40))));
        Assert.Equal((3, 2), (recomputations, Status(One).Invalid));
    }

    [Fact]
    public async Task Judge_OwnMemoryIsBad_IsReportedAndTheOtherNodeIsNotBlamed()
    {
        _engine.TamperSingle = hash => hash with { W0 = ~hash.W0 };
        var share = Share(Lease(One));

        Assert.Equal(ShareOutcome.Lost, await JudgeAsync(share));

        Assert.Equal($"one hash is {share.Hash with { W0 = ~share.Hash.W0 }} from the dataset in memory, and {share.Hash} from scratch",
            Assert.Single(_faults));
        Assert.Equal((0, false), (Status(One).Invalid, Status(One).Quarantined));
        Assert.Empty(LinesOf(3002));
        Assert.Empty(_submitted);
    }

    [Fact]
    public async Task Judge_SelfTestFailsNow_IsReportedAndTheOtherNodeIsNotBlamed()
    {
        _engine.Recomputed = _ => throw new HashSelfTestException("rx/0 gives another hash");

        Assert.Equal(ShareOutcome.Lost, await JudgeAsync(Wrong(Share(Lease(One)))));

        Assert.Equal(["rx/0 gives another hash"], _faults);
        Assert.Equal(0, Status(One).Invalid);
    }

    [Fact]
    public async Task Judge_NoMemoryToRecompute_TheNodeIsTakenForWrong()
    {
        _engine.Recomputed = _ => throw new HashEngineException("no memory for a cache");

        Assert.Equal(ShareOutcome.Invalid, await JudgeAsync(Wrong(Share(Lease(One)))));

        Assert.Empty(_faults);
        Assert.Equal(1, Status(One).Invalid);
        Assert.Equal(
            "a hash that a node and this one disagree on could not be recomputed from scratch: no memory for a cache", Assert.Single(LinesOf(3011)));
    }

    private static FoundShare Share((NodeId Node, WorkUnit Work) lease, uint nth = 0)
    {
        var (node, unit) = lease;
        var nonce = unit.Range.First + nth;
        Assert.True(unit.Range.Contains(nonce));
        return new()
        {
            Peer = node,
            LeaseId = unit.LeaseId,
            JobSerial = unit.JobSerial,
            ExtraNonce = unit.ExtraNonce,
            Nonce = nonce,
            Hash = FakeHashEngine.Hash(unit.Algorithm, unit.Seed, NonceInput.Of(unit.Blob.AsSpan(), unit.NonceOffset, nonce)),
        };
    }

    private static FoundShare Wrong(FoundShare share) => share with { Hash = share.Hash with { W0 = share.Hash.W0 ^ 1 } };

    private IEnumerable<(ShareOutcome Outcome, long Count)> Outcomes => _judge.Outcomes.Select(pair => (pair.Key, pair.Value));

    private Task<ShareOutcome> JudgeAsync(FoundShare share) => _turns.RunAsync(() => _judge.JudgeAsync(share));

    private Task<ShareOutcome> SubmitAsync(VerifiedShare share)
    {
        _submitted.Enqueue(share);
        return _pool();
    }

    private (NodeId Node, WorkUnit Work) Lease(NodeId node) => (node, _jobs.Take(node, default)!);

    private NodeWork Status(NodeId node) => _nodes.GetStatus().Single(work => work.Node == node);

    private List<string> LinesOf(int id) => [.. _log.Entries.Where(line => line.Id == id).Select(line => line.Text)];
}
