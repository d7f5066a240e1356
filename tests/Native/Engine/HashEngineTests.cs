using P2PMiner.Hashing;
using P2PMiner.TestKit;
using static P2PMiner.Native.EngineFixture;

namespace P2PMiner.Native;

public sealed class HashEngineTests
{
    [Fact]
    public async Task SearchAsync_SmallRange_FindsExactlyWhatHashingEachNonceFinds()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var slice = Slice(24, first: 1000, target: Target.FromDifficulty(4));

        var result = await engine.SearchAsync(slice).WaitAsync(Deadline);

        using var hasher = Hasher.Create(Algorithm.RandomX, SeedA, fast: false);
        var expected = Enumerable.Range(1000, 24).Select(nonce => new NonceHit((uint)nonce, hasher.Hash(BlobWith(slice, (uint)nonce))))
            .Where(hit => slice.Target.IsMetBy(hit.Hash)).ToArray();
        Assert.Equal(24UL, result.HashesDone);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, result.Hits);
    }

    [Fact]
    public async Task SearchAsync_RxTwo_FindsTheHashesWhoseCommitmentsMeetTheTarget()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomXV2, SeedA, Deadline);
        var slice = Slice(24, first: 1000, target: Target.FromDifficulty(4)) with { Algorithm = Algorithm.RandomXV2 };

        var result = await engine.SearchAsync(slice).WaitAsync(Deadline);

        using var hasher = Hasher.Create(Algorithm.RandomXV2, SeedA, fast: false);
        var all = Enumerable.Range(1000, 24).Select(nonce => new NonceHit((uint)nonce, hasher.Hash(BlobWith(slice, (uint)nonce)))).ToArray();
        var expected = all.Where(hit => slice.Target.IsMetBy(Commitment.Of(BlobWith(slice, hit.Nonce), hit.Hash))).ToArray();
        Assert.Equal(24UL, result.HashesDone);
        Assert.NotEmpty(expected);
        Assert.NotEqual(all.Where(hit => slice.Target.IsMetBy(hit.Hash)), expected);
        Assert.Equal(expected, result.Hits);
    }

    [Fact]
    public async Task PrepareAsync_OtherVersionOfRandomXWithTheSameSeed_ChangesOver()
    {
        await using var engine = LightEngine();
        foreach (var (algorithm, other, hash) in ((Algorithm, Algorithm, string)[])
        [
            (Algorithm.RandomX, Algorithm.RandomXV2, "639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f"),
            (Algorithm.RandomXV2, Algorithm.RandomX, "22ec6b861b3eb23686b2efbad69513c967ecfce80983df66c9c5b4fbfb4cdb6f"),
        ])
        {
            await engine.PrepareAsync(algorithm, SeedA, Deadline);

            Assert.Equal((algorithm, DatasetMode.Light), (engine.GetStatus().Algorithm, engine.GetStatus().DatasetMode));
            Assert.Equal(4UL, (await engine.SearchAsync(Slice(4) with { Algorithm = algorithm }).WaitAsync(Deadline)).HashesDone);
            Assert.Equal(0UL, (await engine.SearchAsync(Slice(4) with { Algorithm = other }).WaitAsync(Deadline)).HashesDone);
            Assert.Equal(hash, (await engine.HashAsync(algorithm, SeedA, "This is a test"u8.ToArray(), Deadline)).ToString());
        }
    }

    [Fact]
    public async Task SearchAsync_NotPrepared_DoesNothing()
    {
        await using var engine = LightEngine();

        var result = await engine.SearchAsync(Slice(10)).WaitAsync(Deadline);

        Assert.Equal(0UL, result.HashesDone);
        Assert.Empty(result.Hits);
    }

    [Fact]
    public async Task SearchAsync_OtherSeed_DoesNothing()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        Assert.Equal(0UL, (await engine.SearchAsync(Slice(10, seed: SeedB)).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task SearchAsync_EndOfNonceSpace_HashesTheLastNonce()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        var result = await engine.SearchAsync(Slice(3, first: uint.MaxValue - 2)).WaitAsync(Deadline);

        Assert.Equal([uint.MaxValue - 2, uint.MaxValue - 1, uint.MaxValue], result.Hits.Select(hit => hit.Nonce));
    }

    [Fact]
    public async Task SearchAsync_BadNonceOffset_FailsAndTheThreadGoesOn()
    {
        await using var engine = LightEngine(threads: 1);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        await Assert.ThrowsAsync<HashEngineException>(() => engine.SearchAsync(Slice(1) with { NonceOffset = 73 }).WaitAsync(Deadline));
        await Assert.ThrowsAsync<HashEngineException>(() => engine.SearchAsync(Slice(1) with { NonceOffset = -1 }).WaitAsync(Deadline));
        await Assert.ThrowsAsync<HashEngineException>(() => engine.SearchAsync(Slice(1) with { Blob = [.. new byte[1025]] }).WaitAsync(Deadline));
        Assert.Equal(1UL, (await engine.SearchAsync(Slice(1)).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task SearchAsync_ManySlicesAtOnce_EachNonceOnce()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        var results = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => engine.SearchAsync(Slice(2, first: (uint)(2 * i))))).WaitAsync(Deadline);

        Assert.Equal(Enumerable.Range(0, 120).Select(i => (uint)i), results.SelectMany(result => result.Hits).Select(hit => hit.Nonce).Order());
        Assert.Equal(120UL, engine.GetStatus().Rates.TotalHashes);
    }

    [Fact]
    public async Task Preempt_RunningAndQueuedSlices_EndEarlyAndCountWhatIsDone()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var old = Enumerable.Range(0, 6).Select(i => engine.SearchAsync(Slice(1_000_000, first: (uint)i * 1_000_000))).ToList();

        engine.Preempt(2);

        var results = await Task.WhenAll(old).WaitAsync(Deadline);
        Assert.All(results, result => Assert.True(result.HashesDone < 1_000_000));
        Assert.All(results, result => Assert.Equal((int)result.HashesDone, result.Hits.Length));
        Assert.Equal(0UL, (await engine.SearchAsync(Slice(5, generation: 1)).WaitAsync(Deadline)).HashesDone);
        Assert.Equal(5UL, (await engine.SearchAsync(Slice(5, generation: 2)).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task Preempt_AtAnyMoment_NeverMissesAnOldSliceNorLosesAHash()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        for (ulong generation = 1; generation < 60; generation++)
        {
            // Endless unless preempted: a missed preemption runs into the deadline.
            var slices = Enumerable.Range(0, 3).Select(_ => engine.SearchAsync(Slice(NonceRange.SpaceSize, generation: generation))).ToList();
            if (generation % 3 == 0)
            {
                await Task.Yield();
            }

            engine.Preempt(generation + 1);
            Assert.All(await Task.WhenAll(slices).WaitAsync(Deadline), result => Assert.Equal((int)result.HashesDone, result.Hits.Length));
        }
    }

    [Fact]
    public async Task PrepareAsync_SameSeedAgain_ReturnsAtOnce()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        Assert.True(engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task PrepareAsync_NewerSeed_CancelsTheEarlierOneAndRunningSlices()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedB, Deadline);
        var running = engine.SearchAsync(Slice(NonceRange.SpaceSize, seed: SeedB));

        var first = engine.PrepareAsync(Algorithm.RandomX, Seed.FromBytes("never finished"u8), Deadline);
        var second = engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await second;
        Assert.True((await running.WaitAsync(Deadline)).HashesDone < NonceRange.SpaceSize);
        Assert.Equal(2UL, (await engine.SearchAsync(Slice(2)).WaitAsync(Deadline)).HashesDone);
        Assert.Equal(SeedA, engine.GetStatus().Seed);
    }

    [Fact]
    public async Task PrepareAsync_AlgorithmNotAvailable_Throws()
    {
        await using var engine = LightEngine();

        var exception = await Assert.ThrowsAsync<HashEngineException>(() => engine.PrepareAsync((Algorithm)99, SeedA, Deadline));

        Assert.Equal("algorithm 99 is not available", exception.Message);
    }

    [Fact]
    public async Task PrepareAsync_AfterAFailure_WorksAgain()
    {
        await using var engine = LightEngine();
        await Assert.ThrowsAsync<HashEngineException>(() => engine.PrepareAsync(Algorithm.RandomX, Seed.None, Deadline));

        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        Assert.Equal(2UL, (await engine.SearchAsync(Slice(2)).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task ExpectSeed_MemoryForBoth_NextPrepareTakesItOver()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var before = engine.GetStatus().MemoryBytes;

        engine.ExpectSeed(Algorithm.RandomX, SeedB);
        await Eventually.HoldsAsync(() => engine.GetStatus().MemoryBytes >= before + RandomXItems.CacheBytes, "the cache of the next seed", Patience);

        Assert.Equal(SeedA, engine.GetStatus().Seed);
        Assert.Equal(2UL, (await engine.SearchAsync(Slice(2)).WaitAsync(Deadline)).HashesDone);
        await engine.PrepareAsync(Algorithm.RandomX, SeedB, Deadline);
        Assert.Equal(2UL, (await engine.SearchAsync(Slice(2, seed: SeedB)).WaitAsync(Deadline)).HashesDone);
        Assert.Equal(before, engine.GetStatus().MemoryBytes);
    }

    [Fact]
    public async Task ExpectSeed_RamLimitForOne_IsNotPrepared()
    {
        await using var engine = Engine(new() { Threads = 1, RandomXMode = RandomXMode.Light, RamMegabytes = 300 });
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var before = engine.GetStatus().MemoryBytes;

        engine.ExpectSeed(Algorithm.RandomX, SeedB);
        await engine.PrepareAsync(Algorithm.RandomX, SeedB, Deadline);

        Assert.Equal(before, engine.GetStatus().MemoryBytes);
        Assert.Equal(1UL, (await engine.SearchAsync(Slice(1, seed: SeedB)).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task SetThreads_WhileSlicesRun_AllSlicesStillComplete()
    {
        await using var engine = LightEngine(threads: 3);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var slices = Enumerable.Range(0, 40).Select(i => engine.SearchAsync(Slice(2, first: (uint)(2 * i)))).ToList();

        foreach (var threads in (int[])[1, 4, 2, 1, 3])
        {
            engine.SetThreads(threads);
            await slices[threads];
        }

        Assert.All(await Task.WhenAll(slices).WaitAsync(Deadline), result => Assert.Equal(2UL, result.HashesDone));
        Assert.Equal(3, engine.GetStatus().Threads);
    }

    [Fact]
    public async Task HashAsync_DuringMining_MatchesKnownAnswersOfPreparedAndOtherSeeds()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var mining = engine.SearchAsync(Slice(NonceRange.SpaceSize));

        var prepared = await engine.HashAsync(Algorithm.RandomX, SeedA, "This is a test"u8.ToArray(), Deadline);
        var other = await engine.HashAsync(Algorithm.RandomX, SeedB,
            "sed do eiusmod tempor incididunt ut labore et dolore magna aliqua"u8.ToArray(), Deadline);

        Assert.Equal("639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f", prepared.ToString());
        Assert.Equal("e9ff4503201c0c2cca26d285c93ae883f9b1d30c9eb240b820756f2d5a7905fc", other.ToString());
        Assert.False(mining.IsCompleted);
        engine.Preempt(2);
        Assert.True((await mining.WaitAsync(Deadline)).HashesDone > 0);
    }

    [Fact]
    public async Task RecomputeAsync_SeveralAtOnce_MatchKnownAnswers()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedB, Deadline);

        var again = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => engine.RecomputeAsync(Algorithm.RandomX, SeedA, "This is a test"u8.ToArray())));

        Assert.All(again, hash => Assert.Equal("639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f", hash.ToString()));
    }

    [Fact]
    public async Task HashAsync_SeedChangesMeanwhile_StaysRight()
    {
        await using var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var before = await engine.HashAsync(Algorithm.RandomX, SeedA, new byte[76], Deadline);

        var change = engine.PrepareAsync(Algorithm.RandomX, SeedB, Deadline);
        var during = await engine.HashAsync(Algorithm.RandomX, SeedA, new byte[76], Deadline);
        await change;
        var after = await engine.HashAsync(Algorithm.RandomX, SeedA, new byte[76], Deadline);

        Assert.Equal((before, before), (during, after));
    }

    [Fact]
    public async Task HashAsync_CancelledBefore_Throws()
    {
        await using var engine = LightEngine();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await engine.HashAsync(Algorithm.RandomX, SeedA, new byte[1], new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task DisposeAsync_WhileBusy_EndsEverything()
    {
        var engine = LightEngine();
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var slices = Enumerable.Range(0, 4).Select(_ => engine.SearchAsync(Slice(NonceRange.SpaceSize))).ToList();

        await engine.DisposeAsync().AsTask().WaitAsync(Deadline);

        Assert.All(await Task.WhenAll(slices).WaitAsync(Deadline), result => Assert.Equal((int)result.HashesDone, result.Hits.Length));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline));
    }

    [Fact]
    public async Task GetStatus_LightMode_TellsModeMemoryAndThreads()
    {
        await using var engine = LightEngine();
        Assert.Equal((DatasetMode.None, null), (engine.GetStatus().DatasetMode, engine.GetStatus().Seed));

        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        var status = engine.GetStatus();
        Assert.Equal((DatasetMode.Light, 1.0, 2), (status.DatasetMode, status.DatasetProgress, status.Threads));
        var machines = RandomXShape.Guess(Algorithm.RandomX, RandomXItems.None).Machines;
        Assert.Equal((int)machines, status.Lanes);
        Assert.InRange(status.MemoryBytes, RandomXItems.CacheBytes + 2 * machines * RandomXShape.ScratchpadBytes,
            RandomXItems.CacheBytes + 2 * (machines + 1) * RandomXShape.ScratchpadBytes);   // code and states of machines are less than a scratchpad
        Assert.Equal(status.MemoryBytes / RandomXShape.ScratchpadBytes, status.HugePagesWanted);
        Assert.Equal(2, status.ThreadRates.Count);
    }
}
