using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Loop;

/// <summary>What a person can tell a running cluster, with real grains, sockets and pool.</summary>
public sealed class ControlTests
{

    [Fact]
    public async Task WrongHashes_Repeated_NodeIsQuarantinedNamedAndReleasedByCommand()
    {
        await using var farm = await Farm.StartAsync(2, new());
        var (jobs, wrong) = (farm.Client.GetGrain<IJobGrain>(farm.Session), farm.Nodes[1]);
        wrong.Engine.Tamper = hit => hit with { Hash = hit.Hash with { W0 = hit.Hash.W0 ^ 1 } };

        await farm.UntilAsync(async () => await StateAsync(farm, 1) == PeerState.Quarantined, "the quarantine");
        var row = Assert.Single((await jobs.GetStatusAsync()).Nodes, node => node.Node == wrong.Id);
        Assert.True(row is { Quarantined: true, TakesWork: false, Invalid: >= 3, Accepted: 0 }, $"{row}");
        Assert.Contains(farm.Log, line => line.StartsWith("Error: node " + wrong.Id.Short + " is quarantined", StringComparison.Ordinal));
        var hashed = await farm.HashesAtRestAsync(1);
        var accepted = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted >= accepted + 5, "shares of the other");
        Assert.Equal(hashed, wrong.Engine.GetStatus().Rates.TotalHashes);
        Assert.Empty(farm.Pool.GetStatistics().Refused);

        wrong.Engine.Tamper = null;
        await jobs.ReleaseAsync(wrong.Id);
        await farm.UntilAsync(async () => (await jobs.GetStatusAsync()).Nodes.Single(node => node.Node == wrong.Id).Accepted > 0, "shares of the released");
        await farm.UntilAsync(async () => await StateAsync(farm, 1) == PeerState.Mining, "the released mines");
    }

    [Fact]
    public async Task WrongHashes_OfTheMasterItself_ItReportsItsFaultAndBlamesNobody()
    {
        await using var farm = await Farm.StartAsync(2, new());
        var jobs = farm.Client.GetGrain<IJobGrain>(farm.Session);
        farm.Nodes[0].Engine.TamperSingle = hash => hash with { W0 = hash.W0 ^ 1 };

        await farm.UntilAsync(() => farm.Faults.Count >= 3, "the master's own fault, share for share");

        Assert.All(farm.Faults, fault => Assert.Contains("from scratch", fault));
        Assert.All((await jobs.GetStatusAsync()).Nodes, node => Assert.False(node.Quarantined, $"{node}"));
        Assert.Empty(farm.Pool.GetStatistics().Refused);
    }

    [Fact]
    public async Task Quarantine_ByCommand_SharesAreRefused()
    {
        await using var farm = await Farm.StartAsync(1, new());
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");
        var jobs = farm.Client.GetGrain<IJobGrain>(farm.Session);

        await jobs.QuarantineAsync(farm.Nodes[0].Id);
        var share = new FoundShare { Peer = farm.Nodes[0].Id, LeaseId = 1, JobSerial = 1, ExtraNonce = 0, Nonce = 0, Hash = default };

        Assert.Equal(ShareOutcome.Quarantined, await jobs.SubmitAsync(share));
        Assert.Empty((await jobs.GetStatusAsync()).Peers);
    }

    [Fact]
    public async Task Drain_OneNode_FinishesAndTakesNoMoreUntilResumed()
    {
        await using var farm = await Farm.StartAsync(2, new() { BlockInterval = TimeSpan.FromSeconds(1) });
        await farm.UntilAsync(() => farm.Accepted >= 1 && farm.Nodes.All(node => node.Engine.GetStatus().Rates.TotalHashes > 0), "both mine");

        await farm.Peer(0).DrainAsync();
        await farm.UntilAsync(async () => await StateAsync(farm, 0) == PeerState.Drained, "the drain");
        var hashed = farm.Nodes[0].Engine.GetStatus().Rates.TotalHashes;
        var blocks = farm.Pool.GetLedger().Count;
        await farm.UntilAsync(() => farm.Pool.GetLedger().Count >= blocks + 20, "shares of the other");

        Assert.Equal(hashed, farm.Nodes[0].Engine.GetStatus().Rates.TotalHashes);
        Assert.Equal([farm.Nodes[1].Id.ToString()], (await farm.Client.GetGrain<IJobGrain>(farm.Session).GetStatusAsync()).Peers);

        await farm.Peer(0).ResumeAsync();
        await farm.UntilAsync(() => farm.Nodes[0].Engine.GetStatus().Rates.TotalHashes > hashed, "work after the drain");
        Assert.Null(LedgerFiles.FindOverlap(farm.Ledgers));
    }

    [Fact]
    public async Task SetThreads_OtherNumber_IsUsedAndNonsenseRefused()
    {
        await using var farm = await Farm.StartAsync(1, new());

        await farm.Peer(0).SetThreadsAsync(3);

        Assert.Equal(3, (await farm.Peer(0).GetStatusAsync()).Threads);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await farm.Peer(0).SetThreadsAsync(0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await farm.Peer(0).SetThreadsAsync(PeerCapabilities.MaxThreads + 1));
        Assert.Equal(3, farm.Nodes[0].Engine.GetStatus().Threads);
    }

    [Fact]
    public async Task Bench_WhileMining_MeasuresOutsideTheJobAndGoesOn()
    {
        await using var farm = await Farm.StartAsync(1, new());
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");

        var measuring = farm.Peer(0).BenchAsync(TimeSpan.FromSeconds(1));
        Assert.NotNull((await farm.Peer(0).BenchAsync(TimeSpan.FromSeconds(1))).Refusal);
        var result = await measuring;

        Assert.Null(result.Refusal);
        Assert.True(result.Hashes > 0 && result.Rate.PerSecond > 0, $"{result}");
        Assert.Equal(Algorithm.RandomX, result.Algorithm);
        var accepted = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted > accepted, "shares after the measurement");

        // The ledger has every nonce of a job; what was measured is in none of its lines.
        Assert.DoesNotContain(farm.Ledgers.SelectMany(LinesOf), line => line.EndsWith(new string('0', 2 * 76), StringComparison.Ordinal));
        Assert.Null(LedgerFiles.FindOverlap(farm.Ledgers));
    }

    [Fact]
    public async Task SiloLost_ItsNodeTakesNoMoreWorkAtOnce()
    {
        await using var farm = await Farm.StartAsync(3, new());
        var lost = farm.Nodes[2].Id;
        var jobs = farm.Client.GetGrain<IJobGrain>(farm.Session);
        await farm.UntilAsync(async () => (await jobs.GetStatusAsync()).Peers.Count == 3, "all three");

        await farm.DropAsync(2);

        await farm.UntilAsync(
            async () => (await jobs.GetStatusAsync()) is { Peers.Count: 2 } status && status.Nodes.Any(node => node.Node == lost && node.Gone),
            "the loss");
        Assert.Contains(farm.Log, line => line.Contains($"node {lost.Short} has left the cluster", StringComparison.Ordinal));
        var accepted = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted >= accepted + 3, "shares of the others");
    }

    [Fact]
    public async Task SwitchPool_WhileMining_NoShareIsLost()
    {
        await using var farm = await Farm.StartAsync(2, new());
        await using var second = new PracticePool(
            new() { StartDifficulty = 200_000, MinDifficulty = 50_000, RequestsPerSecond = 1000, RequestBurst = 1000 },
            new FakeHashEngine(), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<PracticePool>.Instance);
        second.Start();
        var pool = farm.Client.GetGrain<IPoolSessionGrain>(farm.Session);
        await farm.UntilAsync(() => farm.Accepted >= 3, "shares to the first");

        Assert.Null(await pool.AddPoolAsync(new() { Url = $"stratum+tcp://{second.Endpoint}", User = "farm", Pass = "secret-word" }));
        Assert.Null(await pool.SwitchPoolAsync($"{second.Endpoint}"));
        await farm.UntilAsync(() => second.GetStatistics().Accepted >= 3, "shares to the second");
        Assert.Null(await pool.RemovePoolAsync($"{farm.Proxy.Endpoint}"));

        var status = await pool.GetStatusAsync();
        Assert.Equal([$"stratum+tcp://{second.Endpoint}"], status.Pools);
        Assert.Equal(($"{second.Endpoint}", 0L, 0L), (status.Pool, status.Lost, status.Failures));
        Assert.Contains("only pool", await pool.RemovePoolAsync($"{second.Endpoint}"));
        Assert.DoesNotContain(farm.Log, line => line.Contains("secret-word", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddPool_NoneBefore_MiningStarts()
    {
        await using var farm = await Farm.StartAsync(1, new(), pool => pool.Pools = []);
        var pool = farm.Client.GetGrain<IPoolSessionGrain>(farm.Session);

        Assert.Null(await pool.AddPoolAsync(new() { Url = $"stratum+tcp://{farm.Proxy.Endpoint}", User = "farm" }));

        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");
    }

    [Fact]
    public async Task SetAlgorithms_OneTheLibraryCannotDo_IsRefusedAndNothingChanges()
    {
        await using var farm = await Farm.StartAsync(1, new(), engine: engine => engine.Unavailable = [Algorithm.RandomXV2]);
        var pool = farm.Client.GetGrain<IPoolSessionGrain>(farm.Session);
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");

        Assert.Equal("algorithm rx/2 is not available", await pool.SetAlgorithmsAsync([Algorithm.RandomXV2, Algorithm.RandomX]));
        Assert.Equal([Algorithm.RandomX], (await pool.GetStatusAsync()).Algorithms);

        Assert.Null(await pool.SetAlgorithmsAsync([Algorithm.RandomX, Algorithm.GhostRider]));
        Assert.Equal([Algorithm.RandomX, Algorithm.GhostRider], (await pool.GetStatusAsync()).Algorithms);
        await farm.UntilAsync(() => farm.Pool.GetStatistics().ConnectionsTotal >= 2, "the new login");
        var accepted = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted > accepted, "shares after it");
    }

    [Fact]
    public async Task SetAlgorithms_OtherVersionOfRandomX_SharesOfItAreAccepted()
    {
        await using var farm = await Farm.StartAsync(2, new());
        var pool = farm.Client.GetGrain<IPoolSessionGrain>(farm.Session);
        await farm.UntilAsync(() => farm.Accepted >= 1, "a share");

        Assert.Null(await pool.SetAlgorithmsAsync([Algorithm.RandomXV2]));
        await farm.UntilAsync(() => farm.Nodes.All(node => node.Engine.GetStatus().Algorithm == Algorithm.RandomXV2), "the change");
        var accepted = farm.Accepted;
        await farm.UntilAsync(() => farm.Accepted >= accepted + 3, "shares of rx/2");

        Assert.Empty(farm.Pool.GetStatistics().Refused.Keys.Except([PracticeRefusal.Expired]));
        var shares = (await farm.Client.GetGrain<IJobGrain>(farm.Session).GetStatusAsync()).Shares;
        Assert.Empty(shares.Keys.Except([ShareOutcome.Accepted, ShareOutcome.Stale, ShareOutcome.Lost]));
    }

    private static async Task<PeerState> StateAsync(Farm farm, int index) => (await farm.Peer(index).GetStatusAsync()).State;

    private static string[] LinesOf(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n');
    }
}
