using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Tests.Pool;

public sealed class PoolChoiceTests
{
    private static readonly PoolEndpoint One = Endpoint("one");
    private static readonly PoolEndpoint Two = Endpoint("two");
    private readonly PoolOptions _options = new() { Retries = 1 };

    [Fact]
    public void Current_NoPools_IsNone() => Assert.Null(Choice().Current);

    [Fact]
    public void Failed_FirstPool_TheSecondIsNextAndAtOnce()
    {
        var choice = Choice(One, Two);

        var pause = choice.Failed(choice.Next(null), new IOException("gone"));

        Assert.Equal((TimeSpan.Zero, null), (pause.Length, pause.Redirect));
        Assert.Equal(Two, choice.Next(null).Endpoint);
    }

    [Fact]
    public void Failed_Redirected_TheSamePoolElsewhereAfterAPause()
    {
        var choice = Choice(One, Two);
        var target = new PoolUrl(PoolScheme.StratumTcp, "three", 3333);

        var pause = choice.Failed(choice.Next(null), new PoolRedirectException(target));

        Assert.True(pause.Length > TimeSpan.Zero);
        Assert.Equal(One with { Url = target }, choice.Next(pause.Redirect).Endpoint);
    }

    [Fact]
    public void Set_DuringAnAttempt_EndsItAndItsFailureCountsForNothing()
    {
        var choice = Choice(One, Two);
        var attempt = choice.Next(null);

        choice.Set([Two, One]);
        var pause = choice.Failed(attempt, new IOException("cancelled"));

        Assert.True(attempt.Change.IsCancellationRequested);
        Assert.Equal(TimeSpan.Zero, pause.Length);
        Assert.Equal(Two, choice.Next(null).Endpoint);
    }

    [Fact]
    public void Set_DuringAPause_EndsThePause()
    {
        var choice = Choice(One);
        var pause = choice.Failed(choice.Next(null), new IOException("gone"));

        choice.Set([Two]);

        Assert.True(pause.Length > TimeSpan.Zero);
        Assert.True(pause.Change.IsCancellationRequested);
    }

    [Fact]
    public void Look_ThePoolThatServes_IsListedByItsEntryWhereverItWasRedirected()
    {
        var choice = Choice(One, Two);
        var redirected = Two with { Url = new(PoolScheme.StratumTcp, "elsewhere", 3333) };

        Assert.Equal((One, true), (choice.Look(redirected).First, choice.Look(redirected).IsListed));
        choice.Set([One]);
        Assert.False(choice.Look(redirected).IsListed);
    }

    [Fact]
    public void Set_NoPool_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Choice(One).Set([]));

    private PoolChoice Choice(params PoolEndpoint[] endpoints) => new(endpoints, _options, new Random(1));

    private static PoolEndpoint Endpoint(string host) => new(new(PoolScheme.StratumTcp, host, 3333), new() { User = "user" }, [Algorithm.RandomX]);
}
