using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Pool;

public sealed class PoolSessionSharesTests : IAsyncDisposable
{
    private readonly PoolSessionHarness _harness = new();

    private PoolSession Session => _harness.Session;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Submit_Accepted_CountedCreditedAndLogged()
    {
        var (connection, job) = await ConnectedAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        var submission = await connection.SubmissionAsync();
        _harness.Clock.Advance(TimeSpan.FromMilliseconds(42));
        submission.Answer(ShareOutcome.Accepted);

        Assert.Equal(ShareOutcome.Accepted, await submitting);
        var status = Session.GetStatus();
        Assert.Equal((1L, 0L, 1000d, TimeSpan.FromMilliseconds(42)), (status.Accepted, status.Rejected, status.HashesCredited, status.Ping));
        Assert.Contains("accepted (1/0) diff 1000 (42 ms)", _harness.Log.Lines);
    }

    [Fact]
    public async Task Submit_Rejected_CountedAndLoggedWithTheReason()
    {
        var (connection, job) = await ConnectedAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        (await connection.SubmissionAsync()).Answer(ShareOutcome.LowDifficulty, "Low difficulty share");

        Assert.Equal(ShareOutcome.LowDifficulty, await submitting);
        Assert.Equal((0L, 1L), (Session.GetStatus().Accepted, Session.GetStatus().Rejected));
        Assert.Contains("rejected (0/1) diff 1000 \"Low difficulty share\" (0 ms)", _harness.Log.Lines);
    }

    [Fact]
    public async Task Submit_UnknownJob_StaleAndNotSent()
    {
        var (connection, job) = await ConnectedAsync();
        Assert.Equal(ShareOutcome.Stale, await Session.SubmitAsync(PoolJobs.Share(job with { Serial = 99 }), default));
        Assert.Equal(0, connection.Unread);
    }

    [Fact]
    public async Task Submit_JobOfAnEarlierBlock_StaleAndNotSent()
    {
        var (connection, job) = await ConnectedAsync();
        connection.Serve(PoolJobs.Make("next block", parent: 0x99));
        await _harness.JobAsync();
        Assert.Equal(ShareOutcome.Stale, await Session.SubmitAsync(PoolJobs.Share(job), default));
        Assert.Equal(0, connection.Unread);
    }

    // As only a member can send it that calls the session itself: the job grain hands no such share on.
    [Theory]
    [InlineData(null, 0u, 0x00fffffeu)]
    [InlineData(null, 0u, 0x02000000u)]
    [InlineData(null, 1u, 0x01000000u)]
    [InlineData(2, 1u << 16, 0x01000000u)]
    [InlineData(2, uint.MaxValue, 0x01000000u)]
    public async Task Submit_NonceOrExtraNonceThatItsJobDoesNotHave_OutsideLeaseNotSentAndNotLost(int? extraNonce2Bytes, uint extraNonce, uint nonce)
    {
        _harness.Start("one");
        var made = PoolJobs.Make() with
        {
            Nonces = NonceRange.NiceHash(1),
            Template = extraNonce2Bytes is { } bytes
            ? V1Jobs.Read(V1Jobs.Notify100000, $"{bytes}").Template : null
        };
        var connection = (await _harness.AttemptAsync()).Succeed(made);
        var job = (await _harness.JobAsync())!;

        var submitting = Session.SubmitAsync(PoolJobs.Share(job, nonce) with { ExtraNonce = extraNonce }, default);

        Assert.Equal(ShareOutcome.OutsideLease, await Eventually.ComesAsync(submitting, "outcome"));
        Assert.Equal((0, 0L, 0L), (connection.Unread, Session.GetStatus().Lost, Session.GetStatus().Rejected));
    }

    [Fact]
    public async Task Submit_EarlierJobOfTheSameBlock_SentUnderItsOwnId()
    {
        var (connection, job) = await ConnectedAsync();
        connection.Serve(PoolJobs.Make("newer", root: 0x11));
        await _harness.JobAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        var submission = await connection.SubmissionAsync();
        submission.Answer(ShareOutcome.Accepted);
        Assert.Equal("job-1", submission.Job.JobId);
        Assert.Equal(ShareOutcome.Accepted, await submitting);
    }

    [Theory]
    [InlineData(ShareOutcome.Accepted)]
    [InlineData(ShareOutcome.Duplicate)]   // the first one had arrived
    internal async Task Submit_ConnectionEndsBeforeTheAnswer_HandedInAgainUnderTheNewId(ShareOutcome second)
    {
        var (connection, job) = await ConnectedAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        await connection.SubmissionAsync();
        connection.Drop();
        var next = (await _harness.AttemptAsync()).Succeed(PoolJobs.Make("new id"));
        var submission = await _harness.Clock.AdvanceUntilAsync(next.SubmissionAsync(), "second hand-in");
        submission.Answer(second);

        Assert.Equal("new id", submission.Job.JobId);
        Assert.Equal(ShareOutcome.Accepted, await Eventually.ComesAsync(submitting, "answer"));
        Assert.Equal((1L, 0L, 0L), (Session.GetStatus().Accepted, Session.GetStatus().Rejected, Session.GetStatus().Lost));
    }

    [Fact]
    public async Task Submit_WhileDisconnected_HandedInWhenTheJobComesBack()
    {
        var (connection, job) = await ConnectedAsync();
        connection.Drop();
        var attempt = await _harness.AttemptAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        Assert.False(submitting.IsCompleted);
        var next = attempt.Succeed(PoolJobs.Make("new id"));
        (await _harness.Clock.AdvanceUntilAsync(next.SubmissionAsync(), "hand-in")).Answer(ShareOutcome.Accepted);
        Assert.Equal(ShareOutcome.Accepted, await Eventually.ComesAsync(submitting, "answer"));
    }

    [Fact]
    public async Task Submit_FirstDuplicate_StaysDuplicate()
    {
        var (connection, job) = await ConnectedAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        (await connection.SubmissionAsync()).Answer(ShareOutcome.Duplicate, "Duplicate share");
        Assert.Equal(ShareOutcome.Duplicate, await submitting);
    }

    [Fact]
    public async Task Submit_JobDoesNotComeBack_Lost()
    {
        var (connection, job) = await ConnectedAsync();
        connection.Drop();
        var attempt = await _harness.AttemptAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        var next = attempt.Succeed(PoolJobs.Make(root: 0x22));   // the same job id over another blob

        Assert.Equal(ShareOutcome.Lost, await _harness.Clock.AdvanceUntilAsync(submitting, "outcome"));
        Assert.Equal(0, next.Unread);
        Assert.Equal(1, Session.GetStatus().Lost);
        Assert.Contains("share 00000007 of job job-1 is lost: its job did not come back", _harness.Log.Lines);
    }

    [Fact]
    public async Task Submit_ConnectionEndsAtEachHandIn_SentTwiceThenLost()
    {
        var (connection, job) = await ConnectedAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        for (var i = 0; i < 2; i++)
        {
            await _harness.Clock.AdvanceUntilAsync(connection.SubmissionAsync(), "hand-in");
            connection.Drop();
            connection = (await _harness.AttemptAsync()).Succeed(PoolJobs.Make());
        }

        Assert.Equal(ShareOutcome.Lost, await _harness.Clock.AdvanceUntilAsync(submitting, "outcome"));
        Assert.Equal(0, connection.Unread);
    }

    [Fact]
    public async Task Submit_FoundWhileDisconnected_ThatIsNoHandIn()
    {
        var (connection, job) = await ConnectedAsync();
        connection.Drop();
        var attempt = await _harness.AttemptAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        connection = attempt.Succeed(PoolJobs.Make());
        for (var i = 0; i < 2; i++)
        {
            await _harness.Clock.AdvanceUntilAsync(connection.SubmissionAsync(), "hand-in");
            connection.Drop();
            connection = (await _harness.AttemptAsync()).Succeed(PoolJobs.Make());
        }

        Assert.Equal(ShareOutcome.Lost, await _harness.Clock.AdvanceUntilAsync(submitting, "outcome"));
    }

    [Fact]
    public async Task Submit_AnsweredAfterThirtyFiveSeconds_SentOnce()
    {
        var (connection, job) = await ConnectedAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        var submission = await connection.SubmissionAsync();
        _harness.Clock.Advance(TimeSpan.FromSeconds(35));
        Assert.False(submitting.IsCompleted);
        Assert.Equal(0, connection.Unread);
        submission.Answer(ShareOutcome.Accepted);
        Assert.Equal(ShareOutcome.Accepted, await Eventually.ComesAsync(submitting, "outcome"));
    }

    [Fact]
    public async Task Submit_AnotherPoolTookOver_TheOldConnectionLivesUntilItAnswers()
    {
        var (connection, job) = await _harness.OnSecondPoolAsync();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        var submission = await connection.SubmissionAsync();
        var first = (await _harness.AttemptAsync()).Succeed(PoolJobs.Make("from first"));
        await _harness.JobAsync();
        for (var second = 0; second < 35; second++)
        {
            _harness.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.False(connection.IsDisposed);
        submission.Answer(ShareOutcome.Accepted);
        Assert.Equal(ShareOutcome.Accepted, await Eventually.ComesAsync(submitting, "outcome"));
        await _harness.Clock.AdvanceUntilAsync(Ended(), "the end of the old connection");
        Assert.Equal(0, first.Unread);

        async Task<bool> Ended()
        {
            await connection.DisposedAsync();
            return true;
        }
    }

    [Fact]
    public async Task Submit_BlockOfADaemon_HandedInUntilADaemonHasIt()
    {
        _harness.Start("one");
        var connection = (await _harness.AttemptAsync()).Succeed(Block());
        var job = (await _harness.JobAsync())!;
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        for (var i = 0; i < 5; i++)
        {
            await _harness.Clock.AdvanceUntilAsync(connection.SubmissionAsync(), "hand-in");
            connection.Drop();

            // In between a pool, which is no place for a block, and a daemon whose chain has gone on, maybe with this block.
            connection = (await _harness.AttemptAsync()).Succeed(PoolJobs.Make());
            await _harness.Clock.AdvanceUntilAsync(_harness.NextJobAsync(), "job of a pool");
            Assert.Equal(0, connection.Unread);
            connection.Drop();
            connection = (await _harness.AttemptAsync()).Succeed(i < 3 ? Block() : Block() with { Parent = new string('7', 64) });
        }

        var last = await _harness.Clock.AdvanceUntilAsync(connection.SubmissionAsync(), "last hand-in");
        Assert.Same(job, last.Job);
        last.Answer(ShareOutcome.Accepted);
        Assert.Equal(ShareOutcome.Accepted, await Eventually.ComesAsync(submitting, "outcome"));
        Assert.Equal((1L, 0L), (Session.GetStatus().Accepted, Session.GetStatus().Lost));
    }

    [Fact]
    public async Task Submit_ManyWhileDisconnected_KeepsTwoHundredFiftySix()
    {
        var (connection, job) = await ConnectedAsync();
        connection.Drop();
        await _harness.AttemptAsync();
        var waiting = Enumerable.Range(0, 256).Select(nonce => Session.SubmitAsync(PoolJobs.Share(job, (uint)nonce), default)).ToArray();
        Assert.Equal(ShareOutcome.Lost, await Session.SubmitAsync(PoolJobs.Share(job, 256), default));
        Assert.All(waiting, share => Assert.False(share.IsCompleted));
        await _harness.StopAsync();
        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Equal(ShareOutcome.Lost, outcome));
    }

    [Fact]
    public async Task Submit_CallerGivesUpAsTheConnectionEnds_Cancelled()
    {
        var (connection, job) = await ConnectedAsync();
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();
        connection.Drop();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Session.SubmitAsync(PoolJobs.Share(job), caller.Token));
    }

    [Fact]
    public async Task Submit_CallerGivesUp_Cancelled()
    {
        var (connection, job) = await ConnectedAsync();
        using var caller = new CancellationTokenSource();
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), caller.Token);
        await connection.SubmissionAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => submitting);
    }

    [Fact]
    public void Find_NonceOutsideTheNewRange_NoMatch()
    {
        var job = PoolJobs.Make();
        var niceHash = PoolJobs.Make(nonce: 0x05_000000) with { Nonces = NonceRange.NiceHash(5) };
        Assert.Null(ShareRematch.Find(job, niceHash, PoolJobs.Share(job, 0x06_000001)));
        Assert.Same(niceHash, ShareRematch.Find(job, niceHash, PoolJobs.Share(job, 0x05_000001)));
    }

    [Fact]
    public void Find_HarderTarget_NoMatch()
    {
        var job = PoolJobs.Make();
        var harder = job with { Target = Target.FromDifficulty(100_000) };
        var share = PoolJobs.Share(job) with { Hash = Target.FromDifficulty(99_999).Limit };
        Assert.Null(ShareRematch.Find(job, harder, share));
        Assert.Same(job, ShareRematch.Find(job, job, share));
    }

    [Fact]
    public void Find_RxTwo_TheCommitmentIsComparedWithTheTarget()
    {
        var job = PoolJobs.Make() with { Algorithm = Algorithm.RandomXV2 };
        var input = job.Blob.ToArray();
        input[39] = 7;
        var (easy, hard) = (new Hash256(), Hash256.MaxValue);
        var share = PoolJobs.Share(job) with { Hash = hard };
        var met = job with { Target = new() { Limit = Commitment.Of(input, hard) } };
        Assert.Same(met, ShareRematch.Find(job, met, share));
        Assert.Null(ShareRematch.Find(job, met with { Target = new() { Limit = met.Target.Limit with { W0 = met.Target.Limit.W0 - 1 } } }, share));
        Assert.Null(ShareRematch.Find(job, met with { Target = new() { Limit = easy } }, share with { Hash = easy }));
    }

    [Fact]
    public void Find_Block_IsNoPoolJobThatComesBack()
    {
        var old = Block();
        Assert.True(ShareRematch.IsBlock(old));
        Assert.Null(ShareRematch.Find(old, old, PoolJobs.Share(old)));
        Assert.Null(ShareRematch.Find(old, PoolJobs.Make(), PoolJobs.Share(old)));
        Assert.Null(ShareRematch.Find(PoolJobs.Make(), old, PoolJobs.Share(old)));
    }

    [Fact]
    public void Find_StratumV1_NeverOnAnotherConnection()
    {
        var old = V1Jobs.Read(V1Jobs.Notify100000);
        Assert.True(ShareRematch.IsBoundToConnection(old));
        Assert.Null(ShareRematch.Find(old, old, PoolJobs.Share(old)));
        Assert.Null(ShareRematch.Find(old, PoolJobs.Make() with { Parent = old.Parent }, PoolJobs.Share(old)));
        Assert.False(ShareRematch.IsBlock(old));
        Assert.False(ShareRematch.IsBoundToConnection(Block()));
    }

    [Fact]
    public async Task Submit_StratumV1ConnectionEnds_LostAtOnceEvenIfTheJobComesBack()
    {
        _harness.Start("one");
        var v1 = V1Jobs.Read(V1Jobs.Notify100000);
        var connection = (await _harness.AttemptAsync()).Succeed(v1);
        var job = (await _harness.JobAsync())!;
        var submitting = Session.SubmitAsync(PoolJobs.Share(job), default);
        await connection.SubmissionAsync();
        connection.Drop();

        Assert.Equal(ShareOutcome.Lost, await Eventually.ComesAsync(submitting, "outcome"));
        var next = (await _harness.AttemptAsync()).Succeed(v1);
        await _harness.Clock.AdvanceUntilAsync(_harness.JobAsync(), "job of the next connection");
        Assert.Equal(ShareOutcome.Lost, await _harness.Clock.AdvanceUntilAsync(Session.SubmitAsync(PoolJobs.Share(job), default), "second outcome"));
        Assert.Equal(0, next.Unread);
        Assert.Equal(2, Session.GetStatus().Lost);
    }

    [Fact]
    public async Task Run_StratumV1ConnectionEnds_MiningStopsWithoutGrace()
    {
        _harness.Start("one");
        var connection = (await _harness.AttemptAsync()).Succeed(V1Jobs.Read(V1Jobs.Notify100000));
        await _harness.JobAsync();

        connection.Drop();

        Assert.Null(await Eventually.ComesAsync(_harness.NextJobAsync(), "the stop, in no time"));
        Assert.Contains("no active pools, stop mining", _harness.Log.Lines);
    }

    private static PoolJob Block() => PoolJobs.Make() with { Template = new MoneroBlockTemplate { Block = [], ReservedOffset = 0, ReservedSize = 8 } };

    private async Task<(FakeConnection Connection, PoolJob Job)> ConnectedAsync()
    {
        var connection = await _harness.ConnectedAsync();
        return (connection, PoolJobs.Make() with { Serial = 1 });
    }
}
