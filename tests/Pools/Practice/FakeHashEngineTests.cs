using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Practice;

/// <summary>The fake stands in for the engine in all grain tests, so its own promises are held to those of IHashEngine.</summary>
public sealed class FakeHashEngineTests
{
    private static readonly Seed SeedA = Seed.FromBytes([1, 2, 3]);
    private static readonly Seed SeedB = Seed.FromBytes([4, 5, 6]);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task SearchAsync_EasiestTarget_EveryNonceIsAHitWithTheHashOfHashAsync()
    {
        var engine = new FakeHashEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, default);

        var result = await engine.SearchAsync(Slice(1, SeedA, new(7, 50), Target.Easiest)).WaitAsync(Patience);

        Assert.Equal(50UL, result.HashesDone);
        Assert.Equal(Enumerable.Range(7, 50).Select(n => (uint)n), result.Hits.Select(hit => hit.Nonce));
        var blob = new byte[76];
        blob[39] = 9;
        Assert.Equal(await engine.HashAsync(Algorithm.RandomX, SeedA, blob, default), result.Hits[2].Hash);
    }

    [Fact]
    public async Task SearchAsync_SeedNotPrepared_DoesNothing()
    {
        var engine = new FakeHashEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, default);

        var result = await engine.SearchAsync(Slice(1, SeedB, new(0, 10), Target.Easiest)).WaitAsync(Patience);

        Assert.Equal(0UL, result.HashesDone);
        Assert.Empty(result.Hits);
    }

    [Fact]
    public async Task Preempt_RunningAndQueuedSlices_EndEarlyAndLaterOnesRun()
    {
        var engine = new FakeHashEngine(threads: 1);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, default);
        var none = Target.FromUInt64(1);
        var running = engine.SearchAsync(Slice(1, SeedA, NonceRange.All, none));
        var queued = engine.SearchAsync(Slice(1, SeedA, NonceRange.All, none));
        Assert.False(running.IsCompleted);

        engine.Preempt(2);

        Assert.Equal(0UL, (await queued.WaitAsync(Patience)).HashesDone);
        Assert.True((await running.WaitAsync(Patience)).HashesDone < NonceRange.SpaceSize);
        Assert.Equal(5UL, (await engine.SearchAsync(Slice(2, SeedA, new(0, 5), none)).WaitAsync(Patience)).HashesDone);
    }

    [Fact]
    public async Task PrepareAsync_OtherSeed_EndsTheEarlierCall()
    {
        var clock = new FakeTimeProvider();
        var engine = new FakeHashEngine(clock: clock) { PrepareTime = TimeSpan.FromSeconds(10) };
        var first = engine.PrepareAsync(Algorithm.RandomX, SeedA, default);
        var second = engine.PrepareAsync(Algorithm.RandomX, SeedB, default);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Patience));
        Assert.False(second.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(10));
        await second.WaitAsync(Patience);
        Assert.Equal([SeedA, SeedB], engine.PreparedSeeds);
    }

    private static SearchSlice Slice(ulong generation, Seed seed, NonceRange range, Target target) => new()
    {
        Generation = generation,
        Algorithm = Algorithm.RandomX,
        Seed = seed,
        Blob = ImmutableArray.Create(new byte[76]),
        NonceOffset = 39,
        Range = range,
        Target = target,
    };
}
