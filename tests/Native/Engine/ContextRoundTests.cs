using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Which thread makes a context and when all have theirs; none is made, so each thread that was asked still lacks it.</summary>
public sealed class ContextRoundTests : IDisposable
{
    private readonly ContextRound _round = new();
    private readonly DatasetBuild _build = new(
        Algorithm.RandomX, Seed.FromBytes("k"u8), new RandomXSetup(new(), TimeProvider.System, kept: null, NullLogger.Instance));
    private readonly HashThread _thread = new(0, TimeProvider.System, hugePages: false);
    private readonly HashThread _guest = new(0, TimeProvider.System, hugePages: false, isGuest: true);

    public ContextRoundTests()
    {
        Assert.True(_build.TryTakeStep(mayCreate: true, mayAdopt: false, chunkItems: 1, now: 0, out _));
        _build.CompleteCreate(new HashDatasetHandle(), items: 0, default);
    }

    public void Dispose()
    {
        _thread.Dispose();
        _guest.Dispose();
    }

    [Fact]
    public void TryTake_NoRound_IsNone()
    {
        Assert.False(_round.TryTake(_thread, out _));
        Assert.True(_round.IsOver([_thread]));
    }

    [Fact]
    public void TryTake_Round_MiningThreadsOnly()
    {
        _round.Begin(_build);

        Assert.False(_round.TryTake(_guest, out _));
        Assert.True(_round.TryTake(_thread, out var build));
        Assert.Equal(_build, build);
    }

    [Fact]
    public void IsOver_ThreadWithoutContext_IsWaitedFor()
    {
        _round.Begin(_build);

        Assert.False(_round.IsOver([_thread]));
        Assert.True(_round.IsOver([]));
    }

    [Fact]
    public void IsOver_SurplusThreadStillMakesIts_IsWaitedFor()
    {
        _round.Begin(_build);
        _round.TryTake(_thread, out _);

        Assert.False(_round.IsOver([]));
        _round.Complete(failure: null);
        Assert.True(_round.IsOver([]));
    }

    [Fact]
    public void Complete_Failures_NobodyElseBeginsAndTheFirstIsTold()
    {
        _round.Begin(_build);
        _round.TryTake(_thread, out _);
        _round.TryTake(_thread, out _);

        _round.Complete(new HashEngineException("first"));

        Assert.False(_round.TryTake(_thread, out _));
        Assert.False(_round.IsOver([_thread]));
        _round.Complete(new HashEngineException("second"));
        Assert.True(_round.IsOver([_thread]));
        Assert.Equal("first", _round.End()?.Message);
    }

    [Fact]
    public void IsOver_BuildCancelled_NobodyIsWaitedFor()
    {
        _round.Begin(_build);
        _build.Cancel();

        Assert.True(_round.IsOver([_thread]));
        Assert.Null(_round.End());
    }

    [Fact]
    public void Begin_AfterAFailure_StartsAfresh()
    {
        _round.Begin(_build);
        _round.TryTake(_thread, out _);
        _round.Complete(new HashEngineException("no luck"));
        _round.End();

        _round.Begin(_build);

        Assert.True(_round.TryTake(_thread, out _));
    }
}
