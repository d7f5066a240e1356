using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Pool;

/// <summary>Pools that change while the session runs.</summary>
public sealed class PoolSessionChangeTests : IAsyncDisposable
{
    private readonly PoolSessionHarness _harness = new();

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task SetPools_OtherFirst_OldOneServesUntilTheNewHasAJob()
    {
        var old = await _harness.ConnectedAsync();
        _harness.Session.SetPools([Endpoint("two"), _harness.Endpoints[0]]);
        var attempt = await _harness.AttemptAsync();
        Assert.Equal(("two", "one:3333"), (attempt.Host, _harness.Session.GetStatus().Pool));
        old.Serve(PoolJobs.Make("second"));
        Assert.Equal("second", (await _harness.JobAsync())!.JobId);

        attempt.Succeed(PoolJobs.Make("third"));

        Assert.Equal("third", (await _harness.JobAsync())!.JobId);
        await _harness.WhenAsync(status => status.Pool == "two:3333");
        await _harness.Log.WaitAsync("switching to two:3333");
        Assert.Equal(0, _harness.Session.GetStatus().Failures);
    }

    [Fact]
    public async Task SetPools_OtherFirst_SharesOfTheOldJobStillGoToTheOldPool()
    {
        var old = await _harness.ConnectedAsync();
        _harness.Session.SetPools([Endpoint("two"), _harness.Endpoints[0]]);
        (await _harness.AttemptAsync()).Succeed(PoolJobs.Make("third"));
        await _harness.WhenAsync(status => status.Pool == "two:3333");

        var submitting = _harness.Session.SubmitAsync(PoolJobs.Share(PoolJobs.Make() with { Serial = 1 }), default);
        (await old.SubmissionAsync()).Answer(ShareOutcome.Accepted);

        Assert.Equal(ShareOutcome.Accepted, await Eventually.ComesAsync(submitting, "answer of the old pool"));
    }

    [Fact]
    public async Task SetPools_ActiveOneMissing_ItEndsAtOnceAndPendingSharesGoOutAgain()
    {
        var old = await _harness.ConnectedAsync();
        var submitting = _harness.Session.SubmitAsync(PoolJobs.Share(PoolJobs.Make() with { Serial = 1 }), default);
        await old.SubmissionAsync();

        _harness.Session.SetPools([Endpoint("two")]);
        await old.DisposedAsync();
        var attempt = await _harness.AttemptAsync();
        Assert.Equal("two", attempt.Host);
        var next = attempt.Succeed(PoolJobs.Make("the same blob"));
        (await next.SubmissionAsync()).Answer(ShareOutcome.Accepted);

        Assert.Equal(ShareOutcome.Accepted, await Eventually.ComesAsync(submitting, "answer of the new pool"));
        Assert.Contains("one:3333 is removed", _harness.Log.Lines);
        Assert.Equal(0, _harness.Session.GetStatus().Lost);
    }

    [Fact]
    public async Task SetPools_WhileAnAttemptHangs_TheNewFirstIsTriedAtOnce()
    {
        _harness.Start("one");
        await _harness.AttemptAsync();

        _harness.Session.SetPools([Endpoint("two"), _harness.Endpoints[0]]);

        Assert.Equal("two", (await _harness.AttemptAsync()).Host);
    }

    [Fact]
    public async Task SetPools_OnlyTheAlgorithms_LogsInAnewToTheSamePool()
    {
        await _harness.ConnectedAsync();

        _harness.Session.SetPools([_harness.Endpoints[0] with { Algorithms = [Algorithm.GhostRider] }]);

        var attempt = await _harness.AttemptAsync();
        Assert.Equal(("one", Algorithm.GhostRider), (attempt.Host, Assert.Single(attempt.Endpoint.Algorithms)));
        attempt.Succeed(PoolJobs.Make("again"));
        Assert.Equal("again", (await _harness.JobAsync())!.JobId);
    }

    [Fact]
    public async Task SetPools_NewFirstFails_OldOneServesOnAndItIsTriedAgainLater()
    {
        var old = await _harness.ConnectedAsync();
        _harness.Session.SetPools([Endpoint("two"), _harness.Endpoints[0]]);
        (await _harness.AttemptAsync()).Fail();
        old.Serve(PoolJobs.Make("second"));
        Assert.Equal("second", (await _harness.JobAsync())!.JobId);

        (await _harness.AttemptAsync()).Succeed(PoolJobs.Make("third"));

        Assert.Equal("third", (await _harness.JobAsync())!.JobId);
    }

    private static PoolEndpoint Endpoint(string host)
        => new(new(PoolScheme.StratumTcp, host, 3333), new() { User = "user", Pass = "secret-word" }, [Algorithm.RandomX]);
}
