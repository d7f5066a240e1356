using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Loop;

/// <summary>The whole loop with real grains, sockets and pool; only the hash is a fake, fast one.</summary>
public sealed class WholeLoopTests
{

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public async Task Mine_AnyNumberOfSilos_AllShareInTheWorkAndEveryShareIsAccepted(int silos, bool niceHash)
    {
        await using var farm = await Farm.StartAsync(
            silos, new() { NiceHash = niceHash, BlockInterval = TimeSpan.FromSeconds(1), RefreshInterval = TimeSpan.FromMilliseconds(400) });

        await farm.UntilAsync(() => farm.Accepted >= 40 && farm.Nodes.All(node => node.Engine.GetStatus().Rates.TotalHashes > 0), "every node mines");

        var job = await farm.Client.GetGrain<IJobGrain>(farm.Session).GetStatusAsync();
        Assert.Equal(silos, job.Peers.Count);
        Assert.Empty(job.Shares.Keys.Except([ShareOutcome.Accepted, ShareOutcome.Stale]));
        Assert.Empty(farm.Pool.GetStatistics().Refused.Keys.Except([PracticeRefusal.Expired]));
        var shares = farm.Pool.GetLedger();
        Assert.Equal(shares.Count, shares.DistinctBy(share => (share.Blob, share.Nonce)).Count());
        Assert.Null(LedgerFiles.FindOverlap(farm.Ledgers));
    }

    [Theory]
    [InlineData(1, 4, 4)]
    [InlineData(3, 8, 1)]
    public async Task Mine_GhostRider_AllShareInTheWorkAndEveryShareIsAccepted(int silos, int extraNonce1Bytes, int extraNonce2Bytes)
    {
        await using var farm = await Farm.StartAsync(
            silos,
            new()
            {
                BlockInterval = TimeSpan.FromSeconds(1),
                RefreshInterval = TimeSpan.FromMilliseconds(400),
                DifficultyChangeInterval = TimeSpan.FromMilliseconds(700),
                EarlyNotify = true,
                ExtraNonce1Bytes = extraNonce1Bytes,
                ExtraNonce2Bytes = extraNonce2Bytes,
            },
            algorithm: Algorithm.GhostRider);
        await farm.UntilAsync(() => farm.Accepted >= 8, "shares");
        farm.Pool.RenewExtraNonces();
        var before = farm.Accepted;

        await farm.UntilAsync(() => farm.Accepted >= before + 8 && farm.Nodes.All(node => node.Engine.GetStatus().Rates.TotalHashes > 0), "every node mines");

        var job = await farm.Client.GetGrain<IJobGrain>(farm.Session).GetStatusAsync();
        Assert.Equal((Algorithm.GhostRider, silos), (job.Algorithm, job.Peers.Count));
        Assert.Empty(job.Shares.Keys.Except([ShareOutcome.Accepted, ShareOutcome.Stale]));
        Assert.Empty(farm.Pool.GetStatistics().Refused.Keys.Except([PracticeRefusal.Expired]));
        var shares = farm.Pool.GetLedger();
        Assert.Equal(shares.Count, shares.DistinctBy(share => (share.Blob, share.Nonce)).Count());
        Assert.Null(LedgerFiles.FindOverlap(farm.Ledgers));
    }

    [Fact]
    public async Task Mine_GhostRiderPoolDropsUs_SharesOfTheLostConnectionAreNotSentOverTheNext()
    {
        await using var farm = await Farm.StartAsync(2, new() { BlockInterval = TimeSpan.FromHours(1) }, algorithm: Algorithm.GhostRider);
        for (var drop = 0; drop < 3; drop++)
        {
            var before = farm.Accepted;
            await farm.UntilAsync(() => farm.Accepted >= before + 2, "shares");
            farm.Pool.DropConnections();
        }

        var last = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted >= last + 2, "shares after the last drop");
        Assert.Empty(farm.Pool.GetStatistics().Refused);
    }

    [Fact]
    public async Task Mine_OneNodeComputesWrongly_ItsSharesNeverReachThePool()
    {
        await using var farm = await Farm.StartAsync(2, new());
        farm.Nodes[1].Engine.Tamper = hit => hit with { Hash = hit.Hash with { W0 = hit.Hash.W0 ^ 1 } };
        var jobs = farm.Client.GetGrain<IJobGrain>(farm.Session);

        await farm.UntilAsync(async ()
            => (await jobs.GetStatusAsync()).Shares.GetValueOrDefault(ShareOutcome.Invalid) >= 3 && farm.Accepted >= 3, "both kinds of share");

        Assert.Empty(farm.Pool.GetStatistics().Refused);
        Assert.Contains(farm.Log, line => line.Contains($"node {farm.Nodes[1].Id.Short} computes wrong hashes", StringComparison.Ordinal));
        Assert.DoesNotContain(farm.Log, line => line.Contains($"node {farm.Nodes[0].Id.Short} computes wrong hashes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pause_OneNode_ItStopsAndTheOthersGoOn()
    {
        await using var farm = await Farm.StartAsync(2, new());
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");
        var paused = farm.Client.GetGrain<IPeerGrain>(farm.Nodes[0].Id.ToString());

        await paused.PauseAsync();
        await farm.UntilAsync(async () => (await paused.GetStatusAsync()).State == PeerState.Paused, "the pause");
        var atPause = await farm.HashesAtRestAsync(0);
        var acceptedAtPause = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted >= acceptedAtPause + 5, "shares of the other");
        Assert.Equal(atPause, farm.Nodes[0].Engine.GetStatus().Rates.TotalHashes);

        await paused.ResumeAsync();
        await farm.UntilAsync(() => farm.Nodes[0].Engine.GetStatus().Rates.TotalHashes > atPause, "hashes after the pause");
    }

    [Fact]
    public async Task SeedChange_WhileMining_NoShareOfTheWrongSeedIsSent()
    {
        await using var farm = await Farm.StartAsync(2, new());
        await farm.UntilAsync(() => farm.Accepted >= 3, "shares of the first seed");
        var second = Seed.FromBytes(Enumerable.Repeat((byte)2, 32).ToArray());

        farm.Pool.StartBlock(second);
        var before = farm.Accepted;
        await farm.UntilAsync(
            () => farm.Accepted >= before + 5 && farm.Nodes.All(node => node.Engine.PreparedSeeds.Contains(second)), "shares of the second seed");

        Assert.DoesNotContain(PracticeRefusal.WrongHash, farm.Pool.GetStatistics().Refused.Keys);
        Assert.DoesNotContain(farm.Log, line => line.Contains("wrong hashes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PoolGoesAway_PeersStopAfterTheGraceAndGoOnAfterwards()
    {
        await using var farm = await Farm.StartAsync(1, new(), pool => pool.OfflineGrace = TimeSpan.FromMilliseconds(200));
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");
        var peer = farm.Client.GetGrain<IPeerGrain>(farm.Nodes[0].Id.ToString());

        farm.Proxy.Refuse();
        await farm.UntilAsync(async () => (await peer.GetStatusAsync()).State == PeerState.Idle, "the stop");
        var before = farm.Accepted;
        farm.Proxy.Welcome();

        await farm.UntilAsync(() => farm.Accepted > before, "shares after the break");
    }

    [Fact]
    public async Task Search_CallDoesNotComeThrough_IsNoFailureOfTheEngine()
    {
        var left = 20;
        await using var farm = await Farm.StartAsync(1, new(), configureSilo: silo => silo.AddIncomingGrainCallFilter(
            context => context.Grain is HashWorkerGrain && Interlocked.Decrement(ref left) >= 0 ? throw new SiloUnavailableException() : context.Invoke()));
        var peer = farm.Client.GetGrain<IPeerGrain>(farm.Nodes[0].Id.ToString());

        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");

        Assert.True(left < 0);
        Assert.Null((await peer.GetStatusAsync()).Failure);
    }

    [Fact]
    public async Task Submit_WayToTheJobGrainIsLost_TheShareIsHandedInAgain()
    {
        var left = 3;
        await using var farm = await Farm.StartAsync(1, new(), configureSilo: silo => silo.AddIncomingGrainCallFilter(
            context => context.Grain is JobGrain && context.MethodName == nameof(IJobGrain.SubmitAsync) && Interlocked.Decrement(ref left) >= 0
                ? throw new SiloUnavailableException() : context.Invoke()));

        await farm.UntilAsync(() => left < 0 && farm.Accepted >= 1, "a share");

        Assert.DoesNotContain(farm.Log, line => line.Contains("could not be handed in", StringComparison.Ordinal));
    }
}
