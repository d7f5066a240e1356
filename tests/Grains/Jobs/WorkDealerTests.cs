using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Grains.Tests.Pool;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Jobs;

public sealed class WorkDealerTests
{
    private const string Session = "master";
    private const int Many = 3 * WorkDealer.SendsInATurn;

    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);
    private static readonly PoolJob Job = PoolJobs.Make() with { Serial = 1 };

    private readonly FakeTimeProvider _clock = new();
    private readonly GrainTurns _turns = new();
    private readonly RecordingLogger _log = new();
    private readonly Dictionary<NodeId, FakePeer> _peers = [];
    private readonly JobTable _jobs;
    private readonly NodeTable _nodes;
    private readonly WorkDealer _dealer;

    /// <summary>References made to peers.</summary>
    private int _references;

    public WorkDealerTests()
    {
        var options = new LeaseOptions();
        (_jobs, _nodes) = (new(options, _clock, new Random(1)), new(options, _clock));
        _dealer = new(_jobs, _nodes, Session, FindPeer, _log);
    }

    [Fact]
    public async Task Deal_NewJob_EveryWorkerGetsNoncesOfItsOwn()
    {
        Join(One, Two);
        _jobs.Replace(Job);

        await DealAsync();

        var (one, two) = (Assert.Single(_peers[One].Assigned), Assert.Single(_peers[Two].Assigned));
        Assert.Equal((Session, _jobs.Generation), (one.Session, one.Generation));
        Assert.Equal((Session, _jobs.Generation), (two.Session, two.Generation));
        Assert.False(one.Unit!.Range.Overlaps(two.Unit!.Range));
        Assert.Equal($"generation {_jobs.Generation}: job {Job.ShownId} to 2 peers", Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task Deal_NoJobAnyMore_EveryWorkerIsToldToStop()
    {
        Join(One);
        _jobs.Replace(null);

        await DealAsync();

        Assert.Equal((Session, null, _jobs.Generation), Assert.Single(_peers[One].Assigned));
    }

    [Fact]
    public async Task Deal_NodesThatTakeNoWork_AreLeftAlone()
    {
        Join(One, Two);
        _nodes.Quarantine(One);
        _nodes.Leave(Two);
        _jobs.Replace(Job);

        await DealAsync();

        Assert.Empty(_peers);
    }

    [Fact]
    public async Task Deal_NewerJobDuringTheRound_NobodyIsSentTheOlderAnyMore()
    {
        JoinMany();
        await _turns.RunAsync(() =>
        {
            _jobs.Replace(Job);
            var older = _dealer.DealAsync();
            _jobs.Replace(Job with { Serial = 2 });
            return Task.WhenAll(older, _dealer.DealAsync());
        });

        Assert.Equal(WorkDealer.SendsInATurn, Assigned(serial: 1));
        Assert.Equal(Many, Assigned(serial: 2));
        Assert.All(_peers.Values, peer => Assert.Equal(2UL, peer.Assigned[^1].Unit!.JobSerial));
    }

    [Fact]
    public async Task Stop_DuringARound_TheRoundEnds()
    {
        JoinMany();
        _jobs.Replace(Job);

        await _turns.RunAsync(() =>
        {
            var round = _dealer.DealAsync();
            _dealer.Stop();
            return round;
        });

        Assert.Equal(WorkDealer.SendsInATurn, Assigned(serial: 1));
    }

    [Fact]
    public async Task Deal_OnePeerDoesNotAnswer_ItGetsTheNewestJobOnceItDoesAndTheOthersGetAll()
    {
        Join(One, Two);
        var answer = new TaskCompletionSource();
        FindPeer(One).Answer = () => answer.Task;
        for (var serial = 1UL; serial <= 6; serial++)
        {
            _jobs.Replace(Job with { Serial = serial });
            await DealAsync();
        }

        Assert.Equal([1UL, 2, 3, 4, 5, 6], Serials(Two));
        Assert.Equal([1UL, 2], Serials(One));
        await TurnAsync(answer.SetResult);

        await Eventually.HoldsAsync(() => _peers[One].Assigned.Count == PeerLink.MostUnderway + 1, "the newest job");
        Assert.Equal([1UL, 2, 6], Serials(One));
    }

    [Fact]
    public async Task Deal_PeerFails_IsLoggedAndTheNextJobIsSentToItAgain()
    {
        Join(One);
        FindPeer(One).Answer = () => throw new TimeoutException("Response did not arrive on time in 00:00:05\n at a long stack trace");
        for (var serial = 1UL; serial <= 4; serial++)
        {
            _jobs.Replace(Job with { Serial = serial });
            await DealAsync();
        }

        Assert.Equal([1UL, 2, 3, 4], Serials(One));
        Assert.Equal(Enumerable.Repeat($"node {One.Short} did not take its work: no answer in time", 4), LinesOf(3005));
    }

    [Fact]
    public void Take_NoncesAreUsedUp_IsLoggedOnceForTheJob()
    {
        var few = Job with { Nonces = new(0, 1) };
        _jobs.Replace(few);
        Assert.NotNull(_dealer.Take(One, default));
        Assert.Null(_dealer.Take(One, default));
        Assert.Null(_dealer.Take(Two, default));
        Assert.Equal([$"all nonces of job {Job.ShownId} have been handed out; waiting for the next job"], LinesOf(3004));

        _jobs.Replace(few with { Serial = 2 });
        Assert.Null(_dealer.Take(One, default));
        Assert.Equal(2, LinesOf(3004).Count);
    }

    [Fact]
    public void Take_NoJob_IsNoLineInTheLog()
    {
        Assert.Null(_dealer.Take(One, default));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Take_ExtraNoncesAreUsedUp_IsLoggedOnceForThePool()
    {
        var job = V1Jobs.Read(V1Jobs.Notify100000, "1");
        for (var serial = 1UL; serial <= 2; serial++)
        {
            _jobs.Replace(job with { Serial = serial });
            for (var peer = 0; peer < 300; peer++)
            {
                _dealer.Take(new((UInt128)peer), new(10));
            }
        }

        Assert.Equal([$"{job.Pool} allows only 256 extra nonces and all are in use; some nodes share one, and so its nonces"], LinesOf(3012));
        _jobs.Replace(job with { Serial = 3, Pool = "another:1" });
        _dealer.Take(One, new(10));
        Assert.Equal(2, LinesOf(3012).Count);
    }

    [Fact]
    public void Send_NoJobOrNoWorker_IsNoCall()
    {
        Join(One);
        _dealer.Send(One);
        _jobs.Replace(Job);
        _dealer.Send(Two);

        Assert.Empty(_peers);
        _dealer.Send(One);
        Assert.Equal([1UL], Serials(One));
    }

    [Fact]
    public void EndWork_NodeWithLeases_LosesThemAndIsTold()
    {
        Join(One, Two);
        _jobs.Replace(Job);
        _dealer.Send(One);
        _dealer.Send(Two);
        Assert.Equal(2, _jobs.ActiveLeases);

        _dealer.EndWork(One);

        Assert.Equal(1, _jobs.ActiveLeases);
        Assert.Equal([true], _peers[One].Told);
    }

    [Fact]
    public async Task TellQuarantined_PeerFails_IsLogged()
    {
        FindPeer(One).Answer = () => throw new TimeoutException();

        await _dealer.TellQuarantinedAsync(One, false);

        Assert.Equal([$"node {One.Short} did not take its work: no answer in time"], LinesOf(3005));
    }

    [Fact]
    public async Task Sweep_PeersThatNobodyKnows_AreForgottenUnlessACallIsUnderWay()
    {
        Join(One);
        _jobs.Replace(Job);
        var answer = new TaskCompletionSource();
        FindPeer(One).Answer = () => answer.Task;
        await TurnAsync(() => _dealer.Send(One));
        _clock.Advance(TimeSpan.FromHours(2));
        _nodes.Sweep();
        Assert.False(_nodes.Knows(One));
        _references = 0;

        _dealer.Sweep();
        _ = _dealer.TellQuarantinedAsync(One, false);
        Assert.Equal(0, _references);

        await TurnAsync(answer.SetResult);
        _dealer.Sweep();
        _ = _dealer.TellQuarantinedAsync(One, false);
        Assert.Equal(1, _references);
    }

    private FakePeer FindPeer(NodeId node)
    {
        _references++;
        return _peers.TryGetValue(node, out var peer) ? peer : _peers[node] = new();
    }

    private Task DealAsync() => _turns.RunAsync(_dealer.DealAsync);

    private Task TurnAsync(Action turn) => _turns.RunAsync(() =>
    {
        turn();
        return Task.CompletedTask;
    });

    private void Join(params ReadOnlySpan<NodeId> nodes)
    {
        foreach (var node in nodes)
        {
            _nodes.Return(node);
            Assert.True(_nodes.Join(node, default));
        }
    }

    private void JoinMany()
    {
        for (var i = 1; i <= Many; i++)
        {
            Join(new NodeId((UInt128)i));
        }
    }

    private int Assigned(ulong serial) => _peers.Values.Sum(peer => peer.Assigned.Count(call => call.Unit!.JobSerial == serial));

    private IEnumerable<ulong> Serials(NodeId node) => _peers[node].Assigned.Select(call => call.Unit!.JobSerial);

    private List<string> LinesOf(int id) => [.. _log.Entries.Where(line => line.Id == id).Select(line => line.Text)];
}
