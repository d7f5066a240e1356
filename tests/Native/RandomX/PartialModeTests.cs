using Microsoft.Extensions.Options;
using P2PMiner.Hashing;
using P2PMiner.TestKit;
using static P2PMiner.Native.EngineFixture;

namespace P2PMiner.Native;

/// <summary>The engine with a part of the dataset in memory gives the hashes that it gives without.</summary>
public sealed class PartialModeTests
{
    [Theory]
    [InlineData(RandomXMode.Auto, 32)]
    [InlineData(RandomXMode.Auto, 200)]
    [InlineData(RandomXMode.Partial, 8)]
    public async Task Engine_SomeMemory_HashesAsLightModeWithinTheLimit(RandomXMode mode, int datasetMegabytes)
    {
        var pads = 2 * RandomXShape.Guess(Algorithm.RandomX, (ulong)(datasetMegabytes * HostMemory.MiB / RandomXItems.Bytes)).PadBytes;
        var ramMegabytes = (int)((RandomXItems.CacheBytes + pads + RandomXShape.Single.PadBytes) / HostMemory.MiB) + datasetMegabytes;
        await using var engine = Engine(new() { Threads = 2, RandomXMode = mode, RamMegabytes = ramMegabytes, Niceness = 0 });
        using var light = Hasher.Create(Algorithm.RandomX, SeedB, fast: false);
        await engine.PrepareAsync(Algorithm.RandomX, SeedB, Deadline);

        // The machine of the verifying thread, alone.
        foreach (var vector in RandomXVectors.ByKey[SeedB.Hex])
        {
            Assert.Equal(vector.Hash, (await engine.HashAsync(Algorithm.RandomX, SeedB, vector.Input, Deadline)).ToString());
        }

        var status = engine.GetStatus();
        Assert.Equal((DatasetMode.Partial, 1.0), (status.DatasetMode, status.DatasetProgress));
        Assert.InRange(status.MemoryBytes, (ramMegabytes - 6) * HostMemory.MiB, ramMegabytes * HostMemory.MiB);   // whole pages, and room for code and states

        Assert.Matches(@$"^kernel .+, {status.Lanes} hashes at once, \d+% of the dataset$", status.Detail);

        // All machines, twice.
        var slice = Slice((ulong)status.Lanes * 2, seed: SeedB);
        var result = await engine.SearchAsync(slice).WaitAsync(Deadline);
        Assert.Equal(slice.Range.Count, result.HashesDone);
        Assert.Equal(Enumerable.Range(0, (int)slice.Range.Count)
            .Select(nonce => new NonceHit((uint)nonce, light.Hash(BlobWith(slice, (uint)nonce)))), result.Hits);
    }

    [Fact]
    public async Task ExpectSeed_RoomForItsCacheOnly_ItTakesTheMemoryOfTheDatasetBefore()
    {
        // More threads at first, so that there is room for a cache, and not for a dataset, when they have gone.
        const int Room = 300;
        const int Dataset = 128;
        var pad = (int)(RandomXShape.Guess(Algorithm.RandomX, (ulong)(Dataset * HostMemory.MiB / RandomXItems.Bytes)).PadBytes / HostMemory.MiB);
        var threads = 1 + ((Room + pad - 1) / pad);
        await using var engine = Engine(new() { Threads = threads, RamMegabytes = 256 + Dataset + 4 + (pad * threads), Niceness = 0 });
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        engine.SetThreads(1);
        await Eventually.HoldsAsync(() => engine.GetStatus().MemoryBytes <= (256 + Dataset + pad) * HostMemory.MiB,
            "the memory of the threads that have gone is given back", Patience);

        var kept = engine.GetStatus().MemoryBytes;
        engine.ExpectSeed(Algorithm.RandomX, SeedB);
        await Eventually.HoldsAsync(() => engine.GetStatus().MemoryBytes >= kept + RandomXItems.CacheBytes, "the cache of the next seed", Patience);

        // The old one stays in use until the new seed is wanted.
        Assert.Equal(5UL, (await engine.SearchAsync(Slice(5)).WaitAsync(Deadline)).HashesDone);
        Assert.Equal(0UL, (await engine.SearchAsync(Slice(5, seed: SeedB)).WaitAsync(Deadline)).HashesDone);
        await engine.PrepareAsync(Algorithm.RandomX, SeedB, Deadline);

        Assert.Equal((DatasetMode.Partial, SeedB), (engine.GetStatus().DatasetMode, engine.GetStatus().Seed));
        Assert.InRange(engine.GetStatus().MemoryBytes, 1, kept);
        var slice = Slice(6, seed: SeedB);
        var result = await engine.SearchAsync(slice).WaitAsync(Deadline);
        using var light = Hasher.Create(Algorithm.RandomX, SeedB, fast: false);
        Assert.Equal(Enumerable.Range(0, 6).Select(nonce => new NonceHit((uint)nonce, light.Hash(BlobWith(slice, (uint)nonce)))), result.Hits);
        Assert.Equal(0UL, (await engine.SearchAsync(Slice(5)).WaitAsync(Deadline)).HashesDone);
    }

    [Theory]
    [InlineData(256, 1)]
    [InlineData(290, 6)]
    public async Task Engine_HardlyMoreThanTheCache_LightModeWithFewerMachines(int ramMegabytes, int machinesAtMost)
    {
        await using var engine = Engine(new() { Threads = 2, RamMegabytes = ramMegabytes, Niceness = 0 });

        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        var status = engine.GetStatus();
        Assert.Equal(DatasetMode.Light, status.DatasetMode);
        Assert.InRange(status.Lanes, 1, machinesAtMost);
        Assert.Equal(5UL, (await engine.SearchAsync(Slice(5)).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task Log_Auto_SaysInOneLineWhatWasTakenAndWhatMoreWouldGive()
    {
        var log = new RecordingLogger<HashEngine>();
        await using var engine = new HashEngine(Options.Create(new HashEngineOptions { Threads = 1, RamMegabytes = 500, Niceness = 0 }),
            TimeProvider.System, log);

        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        Assert.Matches(@"^memory: partial mode takes (49\d|500) MB of the 500 MB that hashing may use, 1\d% of the dataset; with 18\d\d MB more: fast$",
            Assert.Single(log.Lines, line => line.StartsWith("memory: ", StringComparison.Ordinal)));
    }
}
