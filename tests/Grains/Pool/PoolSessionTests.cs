using P2PMiner.Grains.Pool;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Pool;

public sealed class PoolSessionTests : IAsyncDisposable
{
    private readonly PoolSessionHarness _harness = new();

    private PoolSession Session => _harness.Session;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Run_NoPools_ReturnsAndSaysSo()
    {
        var log = new RecordingLogger();
        var session = new PoolSession(new(), [], [], _ => ValueTask.CompletedTask, TimeProvider.System, new Random(1), log);
        await session.RunAsync(default);
        Assert.Equal(["no pool is configured, nothing to mine"], log.Lines);
        Assert.Equal((PoolState.None, null), (session.GetStatus().State, session.GetStatus().Pool));
    }

    [Fact]
    public async Task Run_FirstJob_PassedOnAndLogged()
    {
        _harness.Start("one");
        (await _harness.AttemptAsync()).Succeed(PoolJobs.Make());
        var job = await _harness.JobAsync();

        Assert.Equal(1UL, job!.Serial);
        await _harness.Log.WaitAsync("use pool one:3333 TLSv1.3 192.0.2.1");
        Assert.Contains("new job from one:3333 diff 1000 algo rx/0 height 100", _harness.Log.Lines);
    }

    [Fact]
    public async Task Run_JobsOfTwoConnections_SerialsGoOn()
    {
        _harness.Start("one");
        var connection = (await _harness.AttemptAsync()).Succeed(PoolJobs.Make());
        await _harness.JobAsync();
        connection.Serve(PoolJobs.Make("second"));
        Assert.Equal(2UL, (await _harness.JobAsync())!.Serial);
        connection.Drop();
        (await _harness.AttemptAsync()).Succeed(PoolJobs.Make("third"));
        Assert.Equal(3UL, (await _harness.JobAsync())!.Serial);
    }

    [Fact]
    public async Task GetStatus_WhatAnyConnectionSkippedRetriedAndRefused_IsCounted()
    {
        _harness.Start("one");
        var failed = await _harness.AttemptAsync();
        failed.Statistics.MessageSkipped();
        failed.Fail();
        var served = await _harness.AttemptAsync();
        served.Succeed(PoolJobs.Make());
        served.Statistics.MessageSkipped();
        served.Statistics.RequestRetried();
        served.Statistics.RequestRetried();
        served.Statistics.RequestRefused();

        var status = Session.GetStatus();
        Assert.Equal((2, 2, 1), (status.SkippedMessages, status.RetriedRequests, status.RefusedRequests));
    }

    [Fact]
    public async Task Run_FirstPoolFails_GetsItsRetriesThenLaterOnesOneEachThenAgain()
    {
        _harness.Options.Retries = 3;
        _harness.Start("one", "two", "three");
        var order = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            var attempt = await _harness.AttemptAsync();
            order.Add(attempt.Host);
            attempt.Fail();
        }

        Assert.Equal(["one", "one", "one", "two", "three", "one", "one", "one"], order);
        Assert.Equal("one:3333 connect error: \"refused by the test\"", _harness.Log.Lines[0]);
    }

    [Fact]
    public async Task Run_LoginRefused_NextPoolAtOnce()
    {
        _harness.Start("one", "two");
        (await _harness.AttemptAsync()).Fail(new PoolLoginException("your IP is banned"));
        Assert.Equal("two", (await _harness.AttemptAsync()).Host);
        Assert.Equal("your IP is banned", Session.GetStatus().LastError);
    }

    [Fact]
    public async Task Run_LoginWithoutAJob_CountsAsFailure()
    {
        _harness.Options.Retries = 1;
        _harness.Start("one", "two");
        var silent = (await _harness.AttemptAsync()).Succeed();
        Assert.Equal("two", (await _harness.AttemptAsync()).Host);
        await silent.DisposedAsync();
        Assert.Contains("one:3333 connect error: \"no job within 20 s of the login\"", _harness.Log.Lines);
    }

    [Fact]
    public async Task Run_OnALaterPool_FirstTakesOverWhenItServesAJob()
    {
        var (second, _) = await _harness.OnSecondPoolAsync();
        var again = await _harness.AttemptAsync();
        Assert.Equal("one", again.Host);
        var first = again.Succeed();
        Assert.False(second.IsDisposed);
        first.Serve(PoolJobs.Make("from first"));

        Assert.Equal("from first", (await _harness.JobAsync())!.JobId);
        await _harness.Log.WaitAsync("one:3333 answers again");
        await _harness.Clock.AdvanceUntilAsync(second.DisposedAsync().ContinueWith(_ => true), "the old connection is closed");
        Assert.Equal("one:3333", Session.GetStatus().Pool);
    }

    [Fact]
    public async Task Run_OnALaterPoolAndFirstStillFails_StaysAndTriesAgain()
    {
        var (second, _) = await _harness.OnSecondPoolAsync();
        (await _harness.AttemptAsync()).Fail();
        (await _harness.AttemptAsync()).Fail();
        second.Serve(PoolJobs.Make("still second"));
        Assert.Equal("still second", (await _harness.JobAsync())!.JobId);
        Assert.Equal(0, _harness.Log.Count("answers again"));
    }

    [Fact]
    public async Task Run_FailBackWhileAShareIsOut_ItsAnswerStillCounts()
    {
        var (second, job) = await _harness.OnSecondPoolAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        var submission = await second.SubmissionAsync();
        (await _harness.AttemptAsync()).Succeed(PoolJobs.Make("from first"));
        await _harness.JobAsync();
        submission.Answer(ShareOutcome.Accepted);
        Assert.Equal(ShareOutcome.Accepted, await Eventually.ComesAsync(submitting, "answer"));
    }

    [Fact]
    public async Task Run_ConnectionLostForLong_LastJobStaysForTheGraceThenNone()
    {
        var connection = await _harness.ConnectedAsync();
        connection.Drop();
        await _harness.Log.WaitAsync("one:3333 connection lost: \"dropped by the test\"");
        var attempt = await _harness.AttemptAsync();
        Assert.Equal(0, _harness.UnreadJobs);

        Assert.Null(await _harness.JobAsync());
        Assert.Equal(1, _harness.Log.Count("no active pools, stop mining"));
        attempt.Succeed(PoolJobs.Make("back"));
        Assert.Equal("back", (await _harness.JobAsync())!.JobId);
    }

    [Fact]
    public async Task Run_ConnectionBackWithinTheGrace_NeverStopsMining()
    {
        var connection = await _harness.ConnectedAsync();
        connection.Drop();
        (await _harness.AttemptAsync()).Succeed(PoolJobs.Make("back"));
        Assert.Equal("back", (await _harness.JobAsync())!.JobId);
        for (var i = 0; i < 100; i++)
        {
            _harness.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, _harness.Log.Count("stop mining"));
        Assert.Equal(0, _harness.UnreadJobs);
    }

    [Fact]
    public async Task Run_Redirect_FollowsOnceAndReturnsToTheConfiguredPool()
    {
        var connection = await _harness.ConnectedAsync();
        connection.Drop(new PoolRedirectException(new(PoolScheme.StratumTcp, "eu.one", 4444)));
        var redirected = await _harness.AttemptAsync();
        Assert.Equal("eu.one:4444", redirected.Endpoint.Url.Authority);
        redirected.Fail();
        Assert.Equal("one:3333", (await _harness.AttemptAsync()).Endpoint.Url.Authority);
    }

    [Fact]
    public async Task Run_ConsumerThrows_NextJobIsPassedOnAllTheSame()
    {
        var connection = await _harness.ConnectedAsync();
        _harness.ThrowOnNextJob = true;
        connection.Serve(PoolJobs.Make("unlucky"));
        await _harness.Log.WaitAsync("could not be passed on");
        connection.Serve(PoolJobs.Make("next"));
        Assert.Equal("next", (await _harness.JobAsync())!.JobId);
    }

    [Fact]
    public async Task Run_Cancelled_EndsWithItsConnection()
    {
        var connection = await _harness.ConnectedAsync();
        await _harness.StopAsync();
        await connection.DisposedAsync();
        Assert.Equal(PoolState.None, Session.GetStatus().State);
    }

    [Fact]
    public async Task Run_CancelledWhileAnAttemptFails_EndsQuietly()
    {
        for (var i = 0; i < 50; i++)
        {
            await using var harness = new PoolSessionHarness();
            harness.Start("one");
            (await harness.AttemptAsync()).Fail();
            await harness.StopAsync();
        }
    }

    [Fact]
    public async Task Run_NoGrace_StopsMiningAtOnce()
    {
        _harness.Options.OfflineGrace = TimeSpan.Zero;
        var connection = await _harness.ConnectedAsync();
        connection.Drop();
        Assert.Null(await _harness.JobAsync());
    }

    [Fact]
    public async Task GetStatus_Connected_TellsPeerDifficultyAndUptime()
    {
        await _harness.ConnectedAsync();
        await _harness.WhenAsync(status => status.State == PoolState.Connected);
        _harness.Clock.Advance(TimeSpan.FromSeconds(7));
        var status = Session.GetStatus();
        Assert.Equal(("one:3333", "192.0.2.1", "TLSv1.3", 1000d), (status.Pool, status.Ip, status.Tls, status.Difficulty));
        Assert.True(status.Uptime >= TimeSpan.FromSeconds(7));
    }
}
