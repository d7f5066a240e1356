using System.Collections.Immutable;
using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Loop;

/// <summary>A node without the whole dataset, slow by a fake engine, and a fast one that hashes for it.</summary>
public sealed class RemoteHashingTests
{

    [Fact]
    public async Task LightPeer_FastHost_UsesItAndEveryShareIsAccepted_ThenTheHostIsLost_GoesOnAlone()
    {
        await using var farm = await Farm.StartAsync(3, new(), datasetHost: 1, engines: (engine, index) =>
        {
            // Node 0 has the pool and hardly mines; node 1 lends its threads; node 2 has too little memory.
            (engine.DatasetMode, engine.HashesPerSecond) = index == 2 ? (DatasetMode.Light, 10_000) : (DatasetMode.Fast, index == 0 ? 1_000 : 20_000);
            engine.GuestThreads = index == 1 ? 2 : 0;
        });
        var (host, light) = (farm.Nodes[1], farm.Nodes[2]);
        var peer = farm.Client.GetGrain<IPeerGrain>(light.Id.ToString());
        var jobs = farm.Client.GetGrain<IJobGrain>(farm.Session);

        await farm.UntilAsync(() => Chosen(farm) is not null, "a choice");
        // With both or with the host alone: a busy machine decides.
        Assert.DoesNotContain("threads alone", Chosen(farm));
        Assert.Contains($"at node {host.Id.Short}", Chosen(farm));
        Assert.Equal(new(host.Id, 2), (await jobs.GetStatusAsync()).DatasetHost);
        await farm.UntilAsync(
            async () => await peer.GetStatusAsync() is var status && status.RemoteHost == host.Id && status.RemoteRate.PerSecond > 0, "the rate");
        Assert.True(light.Engine.GetStatus().Rates.TotalHashes > 0);

        await farm.StopAsync(host);
        await farm.UntilAsync(() => farm.Log.Any(line => line.Contains($"left node {host.Id.Short}", StringComparison.Ordinal)), "the loss");
        Assert.Null((await peer.GetStatusAsync()).RemoteHost);
        var before = light.Engine.GetStatus().Rates.TotalHashes;
        await farm.UntilAsync(() => light.Engine.GetStatus().Rates.TotalHashes > before + 10_000, "hashes of its own");

        Assert.Empty((await jobs.GetStatusAsync()).Shares.Keys.Except([ShareOutcome.Accepted, ShareOutcome.Stale]));
        Assert.True(farm.Accepted > 0);
        Assert.Null(LedgerFiles.FindOverlap(farm.Ledgers));
    }

    [Fact]
    public async Task PartialPeer_OnlyTheHostFindsShares_TheyAreThePeersOwn_AndASeedChangeDrains()
    {
        await using var farm = await Farm.StartAsync(2, new(), datasetHost: 0, engines: (engine, index) =>
        {
            // So slow by itself that its own shares would take hours.
            (engine.DatasetMode, engine.HashesPerSecond, engine.GuestThreads) = index == 1 ? (DatasetMode.Partial, 20, 0) : (DatasetMode.Fast, 20, 2);
        });
        farm.Nodes[0].Engine.HashesPerSecond = 100_000;
        var jobs = farm.Client.GetGrain<IJobGrain>(farm.Session);
        await farm.UntilAsync(() => Chosen(farm) is not null, "a choice");
        Assert.DoesNotContain("threads alone", Chosen(farm));
        Assert.Contains("here in partial mode", Chosen(farm));
        await farm.Client.GetGrain<IPeerGrain>(farm.Nodes[0].Id.ToString()).PauseAsync();
        var before = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted >= before + 3, "shares of remote work");

        // The host is told of the new seed by its own work.
        await farm.Client.GetGrain<IPeerGrain>(farm.Nodes[0].Id.ToString()).ResumeAsync();
        var second = Seed.FromBytes(Enumerable.Repeat((byte)2, 32).ToArray());
        farm.Pool.StartBlock(second);
        await farm.UntilAsync(() => farm.Nodes.All(node => node.Engine.PreparedSeeds.Contains(second)), "the second seed");
        var (guest, accepted) = (farm.Nodes[0].Engine.GuestHashes, farm.Accepted);
        await farm.UntilAsync(() => farm.Nodes[0].Engine.GuestHashes > guest + 100_000 && farm.Accepted > accepted, "remote work with the second seed");

        Assert.DoesNotContain(PracticeRefusal.WrongHash, farm.Pool.GetStatistics().Refused.Keys);
        Assert.DoesNotContain(farm.Log, line => line.Contains("wrong hashes", StringComparison.Ordinal));
        Assert.Empty((await jobs.GetStatusAsync()).Shares.Keys.Except([ShareOutcome.Accepted, ShareOutcome.Stale]));
        Assert.Null(LedgerFiles.FindOverlap(farm.Ledgers));
    }

    [Fact]
    public async Task DatasetHost_AskedDirectly_HashesSearchesAndRefusesWhatItMust()
    {
        await using var farm = await Farm.StartAsync(1, new(), engine: engine => (engine.GuestThreads, engine.HashesPerSecond) = (1, 5_000));
        var (host, engine) = (farm.Client.GetGrain<IDatasetHostGrain>(farm.Nodes[0].Id.ToString()), farm.Nodes[0].Engine);
        await farm.UntilAsync(() => engine.GetStatus().DatasetProgress >= 1, "the dataset");
        var (peer, other, seed) = (NodeId.NewRandom(), NodeId.NewRandom(), engine.GetStatus().Seed!);
        var slice = new SearchSlice
        {
            Generation = 1, Algorithm = Algorithm.RandomX, Seed = seed, Blob = [.. new byte[76]], NonceOffset = 39, Range = new(0, 16), Target = Target.Easiest,
        };

        var found = await host.SearchAsync(peer, slice);
        Assert.Equal((16UL, 16, null), (found.Result.HashesDone, found.Result.Hits.Length, found.Refusal));
        Assert.Equal(FakeHashEngine.Hash(Algorithm.RandomX, seed, new byte[76]), found.Result.Hits[0].Hash);

        var batch = new HashBatch { Algorithm = Algorithm.RandomX, Seed = seed, Inputs = [[1], [2, 3]] };
        var hashes = await host.HashAsync(peer, batch);
        Assert.Equal([FakeHashEngine.Hash(Algorithm.RandomX, seed, [1]), FakeHashEngine.Hash(Algorithm.RandomX, seed, [2, 3])], hashes.Hashes);

        var wrongSeed = Seed.FromBytes([9]);
        Assert.Equal(HostRefusalReason.NotReady, (await host.SearchAsync(peer, slice with { Seed = wrongSeed })).Refusal?.Reason);
        Assert.Equal(HostRefusalReason.NotReady, (await host.HashAsync(peer, batch with { Seed = wrongSeed })).Refusal?.Reason);
        foreach (var bad in (SearchSlice[])
            [
                slice with { NonceOffset = 73 }, slice with { NonceOffset = -1 }, slice with { NonceOffset = int.MaxValue }, slice with { Blob = default },
                slice with { Blob = [.. new byte[1025]] }, slice with { Range = default },
            ])
        {
            await Assert.ThrowsAsync<WireValueException>(() => host.SearchAsync(peer, bad));
        }

        foreach (var inputs in (ImmutableArray<ImmutableArray<byte>>[])[
            default, [], [.. Enumerable.Repeat(ImmutableArray<byte>.Empty, 257)], [[.. new byte[1025]]], [default]])
        {
            await Assert.ThrowsAsync<WireValueException>(() => host.HashAsync(peer, batch with { Inputs = inputs }));
        }

        // A long slice ends after a second or so; more than the quota of one peer is refused while another is still served.
        var flood = Enumerable.Range(0, 10).Select(i => host.SearchAsync(peer, slice with { Range = new((uint)i << 20, 1 << 20) })).ToList();
        var fair = await host.SearchAsync(other, slice);
        var flooded = await Task.WhenAll(flood);
        Assert.Null(fair.Refusal);
        Assert.Equal(8, flooded.Count(answer => answer.Refusal?.Reason == HostRefusalReason.Quota));
        Assert.All(flooded.Where(answer => answer.Refusal is null), answer => Assert.InRange(answer.Result.HashesDone, 1UL, (1UL << 20) - 1));

        // Newer work of the peer ends its older.
        var old = host.SearchAsync(peer, slice with { Range = new(0, 1 << 20) });
        await host.PreemptAsync(peer, 2);
        Assert.True((await old).Result.HashesDone < 1 << 20);
        Assert.Equal((0, 0), await host.GetStatusAsync() is var status ? (status.Waiting, status.Peers) : default);
    }

    [Fact]
    public async Task LightPeer_HostComputesWrongly_ItLeavesTheHostAndIsNotBlamed()
    {
        await using var farm = await Farm.StartAsync(2, new(), datasetHost: 0, engines: (engine, index) =>
            (engine.DatasetMode, engine.HashesPerSecond, engine.GuestThreads) = index == 1 ? (DatasetMode.Light, 20, 0) : (DatasetMode.Fast, 200_000, 2));
        var wrong = farm.Nodes[0].Engine;
        wrong.Tamper = hit => hit with { Hash = hit.Hash with { W0 = hit.Hash.W0 ^ 1 } };

        await farm.UntilAsync(() => farm.Log.Any(
            line => line.Contains($"left node {farm.Nodes[0].Id.Short}: its hashes are wrong", StringComparison.Ordinal)), "the discovery");

        Assert.DoesNotContain(farm.Log, line => line.Contains($"node {farm.Nodes[1].Id.Short} computes wrong hashes", StringComparison.Ordinal));
    }

    private static string? Chosen(Farm farm) => farm.Log.FirstOrDefault(line => line.Contains("remote hashing: measured", StringComparison.Ordinal));
}
