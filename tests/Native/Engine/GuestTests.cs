using System.Collections.Immutable;
using P2PMiner.Datasets;
using P2PMiner.Hashing;
using static P2PMiner.Native.EngineFixture;

namespace P2PMiner.Native;

/// <summary>Slices and batches of other nodes.</summary>
public sealed class GuestTests
{
    [Fact]
    public async Task SearchAsGuestAsync_BesideMining_FindsTheSameAndDoesNotCountAsOwn()
    {
        await using var engine = Engine(1, 1);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var own = await engine.SearchAsync(Slice(8, target: Target.FromDifficulty(2))).WaitAsync(Deadline);
        var endless = engine.SearchAsync(Slice(NonceRange.SpaceSize));

        var guest = await engine.SearchAsGuestAsync(Slice(8, target: Target.FromDifficulty(2)), default).WaitAsync(Deadline);

        Assert.False(endless.IsCompleted);
        Assert.Equal((8UL, 8UL), (own.HashesDone, guest.HashesDone));
        Assert.Equal(own.Hits, guest.Hits);
        var status = engine.GetStatus();
        Assert.Equal((8UL, 1, 1), (status.GuestRates.TotalHashes, status.GuestThreads, status.Threads));
        engine.Preempt(2);
        await endless.WaitAsync(Deadline);
    }

    [Fact]
    public async Task SearchAsGuestAsync_RxTwo_FindsTheSameAsOwn()
    {
        await using var engine = Engine(1, 1);
        await engine.PrepareAsync(Algorithm.RandomXV2, SeedA, Deadline);
        var slice = Slice(8, target: Target.FromDifficulty(2)) with { Algorithm = Algorithm.RandomXV2 };

        var own = await engine.SearchAsync(slice).WaitAsync(Deadline);
        var guest = await engine.SearchAsGuestAsync(slice, default).WaitAsync(Deadline);

        Assert.Equal((8UL, 8UL), (own.HashesDone, guest.HashesDone));
        Assert.NotEmpty(own.Hits);
        Assert.Equal(own.Hits, guest.Hits);
    }

    [Fact]
    public async Task SearchAsGuestAsync_Preempt_LeavesGuestsAlone()
    {
        await using var engine = Engine(1, 1);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        using var stop = new CancellationTokenSource();
        var running = engine.SearchAsGuestAsync(Slice(NonceRange.SpaceSize), stop.Token);
        var queued = engine.SearchAsGuestAsync(Slice(4), default);

        engine.Preempt(1_000);

        Assert.Equal(0UL, (await engine.SearchAsync(Slice(4)).WaitAsync(Deadline)).HashesDone);
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        Assert.True((await running.WaitAsync(Deadline)).HashesDone < NonceRange.SpaceSize);
        Assert.Equal(4UL, (await queued.WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task SearchAsGuestAsync_CancelledAtAnyMoment_EndsAndLosesNoHash()
    {
        await using var engine = Engine(1, 1);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        for (var round = 0; round < 40; round++)
        {
            // Endless unless cancelled: a missed cancellation runs into the deadline.
            using var stop = new CancellationTokenSource();
            var slices = Enumerable.Range(0, 3).Select(_ => engine.SearchAsGuestAsync(Slice(NonceRange.SpaceSize), stop.Token)).ToList();
            if (round % 3 == 0)
            {
                await Task.Yield();
            }

            await stop.CancelAsync();
            Assert.All(await Task.WhenAll(slices).WaitAsync(Deadline), result => Assert.Equal((int)result.HashesDone, result.Hits.Length));
        }

        Assert.Equal(2UL, (await engine.SearchAsGuestAsync(Slice(2), default).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task SearchAsGuestAsync_NewSeed_EndsTheOldAndServesTheNew()
    {
        await using var engine = Engine(1, 1);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var slices = Enumerable.Range(0, 3).Select(_ => engine.SearchAsGuestAsync(Slice(NonceRange.SpaceSize), default)).ToList();

        await engine.PrepareAsync(Algorithm.RandomX, SeedB, Deadline);

        Assert.All(await Task.WhenAll(slices).WaitAsync(Deadline), result => Assert.Equal((int)result.HashesDone, result.Hits.Length));
        Assert.Equal(0UL, (await engine.SearchAsGuestAsync(Slice(2), default).WaitAsync(Deadline)).HashesDone);
        Assert.Equal(2UL, (await engine.SearchAsGuestAsync(Slice(2, seed: SeedB), default).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task SearchAsGuestAsync_NoGuestThreads_DoesNothing()
    {
        await using var engine = Engine(1, 0);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        Assert.Equal(0UL, (await engine.SearchAsGuestAsync(Slice(2), default).WaitAsync(Deadline)).HashesDone);
    }

    [Fact]
    public async Task SearchAsGuestAsync_ManyBesideMining_EachNonceOnce()
    {
        await using var engine = Engine(2, 2);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            i % 2 == 0 ? engine.SearchAsync(Slice(2, first: (uint)(2 * i)))
                : engine.SearchAsGuestAsync(Slice(2, first: (uint)(2 * i)), default))).WaitAsync(Deadline);

        Assert.Equal(Enumerable.Range(0, 80).Select(i => (uint)i), results.SelectMany(result => result.Hits).Select(hit => hit.Nonce).Order());
        Assert.Equal((40UL, 40UL), (engine.GetStatus().Rates.TotalHashes, engine.GetStatus().GuestRates.TotalHashes));
    }

    [Fact]
    public async Task HashAsGuestAsync_Inputs_GivesTheirHashesInOrder()
    {
        await using var engine = Engine(1, 1);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);

        var hashes = await engine.HashAsGuestAsync(Batch("This is a test"u8.ToArray(), "Lorem ipsum dolor sit amet"u8.ToArray()), default).WaitAsync(Deadline);

        // From the unit tests of the RandomX reference implementation; see tests/vectors/README.md.
        Assert.Equal(
            ["639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f", "300a0adb47603dedb42228ccb2b211104f4da45af709cd7547cd049e9489c969"],
            hashes.Select(hash => hash.ToString()));
    }

    [Fact]
    public async Task HashAsGuestAsync_LengthsChangeAmongTheInputs_EachHasItsOwnHash()
    {
        await using var engine = Engine(1, 1);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var atOnce = engine.GetStatus().Lanes;
        Assert.True(atOnce > 1);

        // A full group and a part of one, a single one, a full group of another length, empty inputs, and a long one at the end.
        byte[][] inputs = [.. Enumerable.Range(0, atOnce + 2).Select(i => new byte[] { (byte)i, 1, 2 }), [9], .. Enumerable.Range(0, atOnce)
            .Select(i => new[] { (byte)i, (byte)3 }),
            [], [], [.. new byte[76]]];
        var hashes = await engine.HashAsGuestAsync(Batch(inputs), default).WaitAsync(Deadline);

        using var single = Hasher.Create(Algorithm.RandomX, SeedA, fast: false);
        Assert.Equal(inputs.Select(input => single.Hash(input)), hashes);
        Assert.Equal((ulong)inputs.Length, engine.GetStatus().GuestRates.TotalHashes);
    }

    [Fact]
    public async Task HashAsGuestAsync_Cancelled_ReturnsThoseDone()
    {
        await using var engine = Engine(1, 1);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        using var stop = new CancellationTokenSource();
        var batch = engine.HashAsGuestAsync(Batch([.. Enumerable.Repeat(new byte[1], 100_000)]), stop.Token);

        await stop.CancelAsync();

        Assert.True((await batch.WaitAsync(Deadline)).Length < 100_000);
    }

    [Fact]
    public async Task SetThreads_MoreOrFewer_GuestsTakeWhatIsLeft()
    {
        await using var engine = EngineFixture.Engine(new() { Threads = 1, RandomXMode = RandomXMode.Light, Niceness = 0 });

        Assert.Equal(Environment.ProcessorCount - 1, engine.GetStatus().GuestThreads);
        engine.SetThreads(Environment.ProcessorCount);
        Assert.Equal(0, engine.GetStatus().GuestThreads);
    }

    [Fact]
    public async Task DisposeAsync_GuestsBusy_EndsThem()
    {
        var engine = Engine(1, 2);
        await engine.PrepareAsync(Algorithm.RandomX, SeedA, Deadline);
        var slices = Enumerable.Range(0, 4).Select(_ => engine.SearchAsGuestAsync(Slice(NonceRange.SpaceSize), default)).ToList();

        await engine.DisposeAsync().AsTask().WaitAsync(Deadline);

        Assert.All(await Task.WhenAll(slices).WaitAsync(Deadline), result => Assert.Equal((int)result.HashesDone, result.Hits.Length));
    }

    private static HashEngine Engine(int threads, int guests)
        => EngineFixture.Engine(new() { Threads = threads, GuestThreads = guests, RandomXMode = RandomXMode.Light, Niceness = 0 });

    private static HashBatch Batch(params byte[][] inputs)
        => new() { Algorithm = Algorithm.RandomX, Seed = SeedA, Inputs = [.. inputs.Select(input => input.ToImmutableArray())] };
}
