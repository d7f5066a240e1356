using Microsoft.Extensions.Options;
using P2PMiner.Hashing;
using P2PMiner.TestKit;
using static P2PMiner.Native.EngineFixture;

namespace P2PMiner.Native;

/// <summary>The engine in fast mode against known answers; the other keys go through the program in tests/EndToEnd.</summary>
[Trait("Category", "Slow")]
[Trait("Lane", "Full")]
public sealed class FastModeTests
{
    [Fact]
    public async Task Engine_FastMode_MatchesVectorsAndChangesSeed()
    {
        SkipWithoutMemory();

        // Not enough for two datasets: the cache of the second is made ahead, and its items take the memory of the first.
        var folder = Directory.CreateTempSubdirectory("p2p-fast-");
        var (log, file) = (new RecordingLogger<HashEngine>(), Path.Combine(folder.FullName, ShapeFile.Name));
        await using var engine = new HashEngine(
            Options.Create(new HashEngineOptions { Threads = Environment.ProcessorCount, RamMegabytes = 2600, Niceness = 0 }),
            TimeProvider.System, log, lanes: null, new ShapeFile(new PlainStore(file)));
        foreach (var seed in (Seed[])[SeedA, SeedB])
        {
            if (seed == SeedB)
            {
                var before = engine.GetStatus().MemoryBytes;
                engine.ExpectSeed(Algorithm.RandomX, SeedB);
                await Eventually.HoldsAsync(() => engine.GetStatus().MemoryBytes == before + RandomXItems.CacheBytes, "the cache of the next seed", Patience);
            }

            await engine.PrepareAsync(Algorithm.RandomX, seed, CancellationToken.None);
            var status = engine.GetStatus();
            Assert.Equal((seed, DatasetMode.Fast, 1.0), (status.Seed, status.DatasetMode, status.DatasetProgress));
            Assert.True(status.MemoryBytes < MemoryPlan.NeedOf(RandomXItems.All), "the cache and the dataset before were given back");

            foreach (var vector in RandomXVectors.ByKey[seed.Hex])
            {
                Assert.Equal(vector.Hash, (await engine.HashAsync(Algorithm.RandomX, seed, vector.Input, Deadline)).ToString());
            }

            var slice = Slice(3000, seed: seed);
            var result = await engine.SearchAsync(slice).WaitAsync(Deadline);   // more hits than one native call reports
            Assert.Equal(Enumerable.Range(0, 3000).Select(nonce => (uint)nonce), result.Hits.Select(hit => hit.Nonce));
            var last = await engine.HashAsync(Algorithm.RandomX, seed, BlobWith(slice, 2999), Deadline);
            Assert.Equal(last, result.Hits[^1].Hash);
        }

        // Measured once, and kept; the second seed takes what the first one did.
        Assert.Single(log.Lines, line => line.StartsWith("measuring how many RandomX hashes", StringComparison.Ordinal));
        Assert.Contains($"\"machines\": {engine.GetStatus().Lanes}", await File.ReadAllTextAsync(file, Deadline));
        Assert.Matches($"^kernel {RandomXKernel.NameOf(Algorithm.RandomX)}, {engine.GetStatus().Lanes} hash(es)? at once(, fetch t0)?$", engine.GetStatus().Detail);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task PrepareAsync_NewerSeedWhileFilling_EndsTheOlderAtOnce()
    {
        SkipWithoutMemory();
        await using var engine = Engine(new() { Threads = 2, RandomXMode = RandomXMode.Fast, Niceness = 0 });
        var first = engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        await Eventually.HoldsAsync(() => engine.GetStatus().DatasetProgress > 0, "the first items", Patience);

        var second = engine.PrepareAsync(Algorithm.RandomX, SeedB, Deadline);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Eventually.HoldsAsync(() => engine.GetStatus().DatasetProgress > 0, "the first items", Patience);

        Assert.Equal(SeedB, engine.GetStatus().Seed);
        Assert.True(engine.GetStatus().MemoryBytes <= MemoryPlan.NeedOf(RandomXItems.All), "the older dataset was given back");
        await engine.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    private static void SkipWithoutMemory()
    {
        var plan = MemoryPlan.Make(RandomXMode.Fast, Environment.ProcessorCount, items => RandomXShape.Guess(Algorithm.RandomX, items).Machines,
            HostMemory.Read().AvailableBytes, limitBytes: null);
        Assert.SkipUnless(plan.TakesBytes <= plan.FreeBytes, $"fast mode needs {plan.TakesBytes >> 20} MiB, {plan.FreeBytes >> 20} MiB are free");
    }
}
