using Microsoft.Extensions.Options;
using P2PMiner.Hashing;
using P2PMiner.TestKit;
using static P2PMiner.Native.EngineFixture;

namespace P2PMiner.Native;

public sealed class GhostRiderEngineTests
{
    private static readonly HashEngineOptions Guessing = new() { Threads = 2, RandomXMode = RandomXMode.Light, Niceness = 0, Tune = false };

    [Fact]
    public async Task HashAsync_Vectors_AreRight()
    {
        await using var engine = Engine(Guessing);

        Assert.Equal(2 + 4 + 40 + 6, GhostRiderVectors.All.Count);
        foreach (var vector in GhostRiderVectors.All.Where((_, index) => index % 4 == 0))
        {
            Assert.Equal(vector.Hash, (await engine.HashAsync(Algorithm.GhostRider, Seed.None, vector.Header, Deadline)).ToString());
        }
    }

    [Fact]
    public async Task SearchAsync_SmallRange_FindsExactlyWhatHashingEachNonceFinds()
    {
        await using var engine = Engine(Guessing);
        await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);
        var slice = HeaderSlice(23, first: 77) with { Target = Target.FromDifficulty(3) };

        var result = await engine.SearchAsync(slice).WaitAsync(Deadline);

        using var hasher = Hasher.Create(Algorithm.GhostRider, Seed.None, fast: false);
        var expected = Enumerable.Range(77, 23).Select(nonce => new NonceHit((uint)nonce, hasher.Hash(BlobWith(slice, (uint)nonce))))
            .Where(hit => slice.Target.IsMetBy(hit.Hash)).ToArray();
        Assert.Equal(23UL, result.HashesDone);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, result.Hits);
    }

    [Fact]
    public async Task SearchAsync_NotAHeader_FailsAndTheThreadGoesOn()
    {
        await using var engine = Engine(Guessing);
        await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);

        await Assert.ThrowsAsync<HashEngineException>(() => engine.SearchAsync(HeaderSlice(1) with { Blob = [.. new byte[79]] }).WaitAsync(Deadline));
        Assert.Equal(1UL, (await engine.SearchAsync(HeaderSlice(1)).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task Preempt_AtAnyMoment_NeverMissesAnOldSliceNorLosesAHash()
    {
        await using var engine = Engine(Guessing);
        await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);

        for (ulong generation = 1; generation < 30; generation++)
        {
            // Endless unless preempted: a missed preemption runs into the deadline.
            var slices = Enumerable.Range(0, 3).Select(_ => engine.SearchAsync(HeaderSlice(NonceRange.SpaceSize, generation: generation))).ToList();
            if (generation % 3 == 0)
            {
                await Task.Delay(1);
            }

            engine.Preempt(generation + 1);
            Assert.All(await Task.WhenAll(slices).WaitAsync(Deadline), result => Assert.Equal((int)result.HashesDone, result.Hits.Length));
        }
    }

    [Fact]
    public async Task PrepareAsync_OtherAlgorithm_TakesTheMemoryOfTheOneBefore()
    {
        await using var engine = Engine(Guessing);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        engine.ExpectSeed(Algorithm.RandomX, SeedB);
        var randomX = engine.GetStatus();

        await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);
        var ghostRider = engine.GetStatus();
        var header = await engine.SearchAsync(HeaderSlice(2)).WaitAsync(Deadline);
        var blob = await engine.SearchAsync(Slice(2)).WaitAsync(Deadline);

        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var again = await engine.SearchAsync(Slice(2)).WaitAsync(Deadline);

        Assert.True(randomX.MemoryBytes >= RandomXItems.CacheBytes);
        Assert.Equal((Algorithm.GhostRider, DatasetMode.None, 1.0), (ghostRider.Algorithm, ghostRider.DatasetMode, ghostRider.DatasetProgress));
        Assert.Equal(2 * LaneDepths.Guess(PadPlan.Make(2, CpuCaches.Read(), long.MaxValue, null).BytesMax).PadBytes, ghostRider.MemoryBytes);
        Assert.StartsWith($"kernel {GhostRiderKernel.Name}, lanes dark ", ghostRider.Detail);
        Assert.Equal(ghostRider.VariantLanes.Max(), ghostRider.Lanes);
        Assert.Equal((2UL, 0UL, 2UL), (header.HashesDone, blob.HashesDone, again.HashesDone));
        Assert.Equal((DatasetMode.Light, (int)RandomXShape.Guess(Algorithm.RandomX, RandomXItems.None).Machines),
            (engine.GetStatus().DatasetMode, engine.GetStatus().Lanes));
    }

    [Fact]
    public async Task SearchAsGuestAsync_GhostRider_IsRefused()
    {
        await using var engine = Engine(new() { Threads = 1, GuestThreads = 1, RandomXMode = RandomXMode.Light, Niceness = 0, Tune = false });
        await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);

        Assert.Equal(0, engine.GetStatus().GuestThreads);
        Assert.Equal(0UL, (await engine.SearchAsGuestAsync(HeaderSlice(2), default).WaitAsync(Deadline)).HashesDone);

        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        Assert.Equal(2UL, (await engine.SearchAsGuestAsync(Slice(2), default).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task SetThreads_GhostRiderReady_PadsShrinkAndSlicesWait()
    {
        // 10 MB: one thread may have four times two, three no more than two each.
        await using var engine = Engine(new() { Threads = 1, RamMegabytes = 10, Niceness = 0, Tune = false });
        await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);
        var one = engine.GetStatus();
        var running = engine.SearchAsync(HeaderSlice(NonceRange.SpaceSize));

        engine.SetThreads(3);
        var waiting = engine.SearchAsync(HeaderSlice(3));

        Assert.True((await running.WaitAsync(Deadline)).HashesDone < NonceRange.SpaceSize);
        Assert.Equal(3UL, (await waiting.WaitAsync(Deadline)).HashesDone);
        var three = engine.GetStatus();
        Assert.Equal((1, 3), (one.Threads, three.Threads));
        Assert.True(one.VariantLanes[4] > three.VariantLanes[4], $"{one.Detail}, then {three.Detail}");
        Assert.InRange(three.MemoryBytes, 3 * PadPlan.LeastBytes, 10 * HostMemory.MiB);
    }

    [Fact]
    public async Task SetThreads_TooManyForTheRam_FailsTheSlicesThatWait()
    {
        await using var engine = Engine(new() { Threads = 1, RamMegabytes = 4, Niceness = 0, Tune = false });
        await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);

        engine.SetThreads(2);
        var failure = await Assert.ThrowsAsync<HashEngineException>(async () =>
        {
            // Given back with nothing done where the failure came first.
            await engine.SearchAsync(HeaderSlice(3)).WaitAsync(Deadline);
            await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);
        });

        Assert.Contains("--ram", failure.Message);
        engine.SetThreads(1);
        await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);
        Assert.Equal(3UL, (await engine.SearchAsync(HeaderSlice(3)).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task RecomputeAsync_KnownHeader_IsRight()
    {
        await using var engine = Engine(Guessing);
        var vector = GhostRiderVectors.All[0];

        Assert.Equal(vector.Hash, (await engine.RecomputeAsync(Algorithm.GhostRider, Seed.None, vector.Header)).ToString());
    }

    /// <summary>The whole of it in a small room, so that there is not much to try.</summary>
    [Fact]
    public async Task PrepareAsync_FirstTime_MeasuresAndNextTimeTakesThatOver()
    {
        var folder = Directory.CreateTempSubdirectory("p2p-lanes-");
        var file = Path.Combine(folder.FullName, LaneFile.Name);
        var options = new HashEngineOptions { Threads = 1, RamMegabytes = 4, Niceness = 0 };
        var (first, second) = (new RecordingLogger<HashEngine>(), new RecordingLogger<HashEngine>());
        EngineStatus measured, kept;
        await using (var engine = LoggingEngine(options, first, file))
        {
            await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);
            measured = engine.GetStatus();
        }

        await using (var engine = LoggingEngine(options, second, file))
        {
            await engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);
            kept = engine.GetStatus();
        }

        folder.Delete(recursive: true);
        Assert.True(first.Contains("measuring") && first.Contains("lanes measured in "), string.Join('\n', first.Lines));
        Assert.False(second.Contains("measur"), string.Join('\n', second.Lines));
        Assert.True(second.Contains("ready for GhostRider: scratchpads of 2 MB for 1 threads"), string.Join('\n', second.Lines));
        Assert.Equal(measured.VariantLanes, kept.VariantLanes);
        Assert.Equal(1, kept.VariantLanes[2]);   // 2 MB is one lane of fast
    }

    [Fact]
    public async Task DisposeAsync_WhileMeasuring_Ends()
    {
        var log = new RecordingLogger<HashEngine>();
        var engine = LoggingEngine(new() { Threads = 2, Niceness = 0 }, log, file: null);
        var preparing = engine.PrepareAsync(Algorithm.GhostRider, Seed.None, Deadline);
        await Eventually.HoldsAsync(() => engine.GetStatus().DatasetProgress > 0 || preparing.IsCompleted, "the first measurement", Patience);
        Assert.False(preparing.IsCompleted);

        await engine.DisposeAsync().AsTask().WaitAsync(Deadline);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => preparing);
        Assert.False(log.Contains("could not be prepared"), string.Join('\n', log.Lines));
    }

    private static HashEngine LoggingEngine(HashEngineOptions options, RecordingLogger<HashEngine> log, string? file)
        => new(Options.Create(options), TimeProvider.System, log, file is null ? null : new LaneFile(new PlainStore(file)));

    /// <summary>A previous hash that selects turtle, dark-lite and turtle-lite: the fastest there are.</summary>
    private static SearchSlice HeaderSlice(ulong count, uint first = 0, ulong generation = 1) => new()
    {
        Generation = generation,
        Algorithm = Algorithm.GhostRider,
        Seed = Seed.None,
        Blob = [.. Convert.FromHexString("00000020" + "14".PadRight(64, '5') + new string('0', 88))],
        NonceOffset = 76,
        Range = new(first, count),
        Target = Target.Easiest,
    };
}
