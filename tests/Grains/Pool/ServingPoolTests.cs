using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Pool;

public sealed class ServingPoolTests
{
    private readonly ServingPool _serving = new();

    [Fact]
    public async Task OtherThan_AnotherServes_IsThatAtOnce()
    {
        var (left, present) = (Pool(), Pool());
        _serving.Begin(left);
        _serving.Begin(present);

        Assert.Same(present, await Eventually.ComesAsync(_serving.OtherThanAsync(left), "the present pool"));
    }

    [Fact]
    public async Task OtherThan_OnlyTheFailedServes_IsTheNext()
    {
        var (failed, next) = (Pool(), Pool());
        _serving.Begin(failed);
        var other = _serving.OtherThanAsync(failed);

        Assert.False(other.IsCompleted);
        _serving.End();
        Assert.False(other.IsCompleted);
        _serving.Begin(next);
        Assert.Same(next, await Eventually.ComesAsync(other, "the next pool"));
    }

    [Fact]
    public async Task Close_SomebodyWaits_IsCancelled()
    {
        var failed = Pool();
        var before = _serving.OtherThanAsync(failed);

        _serving.Close();

        await Assert.ThrowsAsync<OperationCanceledException>(() => Eventually.ComesAsync(before, "the end"));
        await Assert.ThrowsAsync<OperationCanceledException>(() => Eventually.ComesAsync(_serving.OtherThanAsync(failed), "the end"));
        Assert.Equal((PoolState.None, null), _serving.Now);
    }

    [Fact]
    public void Now_FollowsWhatIsDone()
    {
        var pool = Pool();
        _serving.Set(PoolState.Connecting);
        Assert.Equal((PoolState.Connecting, null), _serving.Now);
        _serving.Begin(pool);
        Assert.Equal((PoolState.Connected, pool), _serving.Now);
        _serving.End();
        Assert.Equal((PoolState.Waiting, null), _serving.Now);
    }

    private static ActivePool Pool()
        => new(new(new(PoolScheme.StratumTcp, "one", 3333), new(), [Algorithm.RandomX]), new FakeConnection(() => 1), PoolJobs.Make(), since: 0);
}
