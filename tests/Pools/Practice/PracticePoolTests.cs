using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Practice;

public sealed class PracticePoolTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<PracticePool> _pools = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools)
        {
            await pool.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task Login_NewMiner_GetsAMoneroFormJob()
    {
        var pool = Start();
        var (_, job) = await RawMiner.LoginAsync(pool.Endpoint);

        Assert.InRange(job.Blob.Length, 76, 77);
        Assert.Equal([16, 16], job.Blob[..2]);
        Assert.Equal(new byte[4], job.Blob[39..43]);
        Assert.Equal(64, job.Seed.Hex.Length);
        Assert.Equal(16, job.Json.GetProperty("target").GetString()!.Length);
        Assert.InRange((long)job.Target.Difficulty, 16, 16);
        Assert.False(job.Json.TryGetProperty("algo", out _));
    }

    [Fact]
    public async Task Login_TwoMiners_BlobsDifferInTheRootOnly()
    {
        var pool = Start();
        var (_, first) = await RawMiner.LoginAsync(pool.Endpoint);
        var (_, second) = await RawMiner.LoginAsync(pool.Endpoint);

        Assert.Equal(first.Blob[..43], second.Blob[..43]);
        Assert.NotEqual(first.Blob[43..75], second.Blob[43..75]);
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task Submit_RightShare_IsAcceptedAndInTheLedger()
    {
        var pool = Start();
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);
        var (nonce, hash) = job.Find();

        var answer = await miner.SubmitAsync(job, nonce, hash);

        Assert.Equal("OK", answer.GetProperty("result").GetProperty("status").GetString());
        var line = Assert.Single(pool.GetLedger());
        Assert.Equal((job.Id, Convert.ToHexStringLower(job.Blob), nonce, job.Height), (line.JobId, line.Blob, line.Nonce, line.Height));
        var statistics = pool.GetStatistics();
        Assert.Equal((1, 1L, 16.0), (statistics.LoggedIn, statistics.Accepted, statistics.HashesCredited));
    }

    [Fact]
    public async Task Submit_WrongHash_IsRefusedAndTheNonceStaysFree()
    {
        var pool = Start();
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);
        var (nonce, hash) = job.Find();

        var lie = await miner.SubmitAsync(job, nonce, hash with { W0 = hash.W0 ^ 1 });

        Assert.Equal("Invalid result", RawMiner.ErrorOf(lie));
        Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
        Assert.Equal(1, pool.GetStatistics().Refused[PracticeRefusal.WrongHash]);
    }

    [Fact]
    public async Task Submit_HashAboveTarget_IsLowDifficulty()
    {
        var (miner, job) = await RawMiner.LoginAsync(Start().Endpoint);
        var (nonce, hash) = job.Find(meets: false);

        Assert.Equal("Low difficulty share", RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
    }

    [Fact]
    public async Task Submit_SameNonceAgain_IsDuplicateAlsoAfterARetargetOfTheSameBlob()
    {
        var pool = Start(o => o.BlockInterval = TimeSpan.FromHours(1));
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);
        var (nonce, hash) = job.Find();
        Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));

        Assert.Equal("Duplicate share", RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));

        _clock.Advance(TimeSpan.FromSeconds(30));   // one share in 30 s: the difficulty falls
        var easier = await miner.NextJobAsync();
        Assert.Equal(job.Blob, easier.Blob);
        Assert.NotEqual(job.Id, easier.Id);
        Assert.True(easier.Target.Difficulty < job.Target.Difficulty, $"{easier.Target} after {job.Target}");
        Assert.Equal("Duplicate share", RawMiner.ErrorOf(await miner.SubmitAsync(easier, nonce, hash)));
    }

    [Fact]
    public async Task Submit_EarlierJobOfTheSameBlock_IsAccepted()
    {
        var pool = Start();
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);
        pool.RefreshJob();
        var refreshed = await miner.NextJobAsync();
        Assert.Equal(job.Blob[7..39], refreshed.Blob[7..39]);
        Assert.NotEqual(job.Blob[43..75], refreshed.Blob[43..75]);

        var (nonce, hash) = job.Find();
        Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
        (nonce, hash) = refreshed.Find();
        Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(refreshed, nonce, hash)));
    }

    [Fact]
    public async Task Submit_JobOfAnEarlierBlock_IsExpired()
    {
        var pool = Start();
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);
        _clock.Advance(TimeSpan.FromSeconds(30));
        var next = await miner.NextJobAsync();
        Assert.Equal(job.Height + 1, next.Height);
        Assert.NotEqual(job.Blob[7..39], next.Blob[7..39]);

        var (nonce, hash) = job.Find();
        Assert.Equal("Block expired", RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
    }

    [Theory]
    [InlineData("nosuchjob", "00000000", "Invalid job id")]
    [InlineData(null, "0000000", "Invalid nonce")]
    [InlineData(null, "0000000g", "Invalid nonce")]
    public async Task Submit_BadField_IsRefusedWithItsText(string? jobId, string nonce, string error)
    {
        var (miner, job) = await RawMiner.LoginAsync(Start().Endpoint);

        Assert.Equal(error, RawMiner.ErrorOf(await miner.SubmitAsync(jobId ?? job.Id, nonce, job.Hash(0).ToString())));
    }

    [Fact]
    public async Task Submit_JobOfAnotherMiner_IsUnknown()
    {
        var pool = Start();
        var (_, others) = await RawMiner.LoginAsync(pool.Endpoint);
        var (miner, _) = await RawMiner.LoginAsync(pool.Endpoint);
        var (nonce, hash) = others.Find();

        Assert.Equal("Invalid job id", RawMiner.ErrorOf(await miner.SubmitAsync(others, nonce, hash)));
    }

    [Fact]
    public async Task Submit_BeforeLoginOrWithAnotherSessionId_IsUnauthenticated()
    {
        var pool = Start();
        await using var stranger = await RawMiner.ConnectAsync(pool.Endpoint);
        Assert.Equal("Unauthenticated", RawMiner.ErrorOf(await stranger.SubmitAsync("1", "00000000", new string('0', 64))));

        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);
        var (nonce, hash) = job.Find();
        var answer = await miner.CallAsync("submit", new { id = "0", job_id = job.Id, nonce = RawMiner.NonceHex(nonce), result = hash.ToString() });
        Assert.Equal("Unauthenticated", RawMiner.ErrorOf(answer));
    }

    [Fact]
    public async Task Submit_NiceHashMode_HoldsTheMinerToItsNonceByte()
    {
        var pool = Start(o => o.NiceHash = true);
        await using var miner = await RawMiner.ConnectAsync(pool.Endpoint);
        var job = await miner.LoginAsync();
        var mine = job.Blob[42];
        Assert.NotEqual(0, mine);

        var (nonce, hash) = job.Find((uint)mine << 24);
        Assert.Equal(mine, (byte)(nonce >> 24));
        Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
        (nonce, hash) = job.Find((uint)(mine ^ 1) << 24);
        Assert.Equal("Invalid nonce", RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
    }

    [Fact]
    public async Task Login_WithAlgorithms_NegotiatesOrRefuses()
    {
        var pool = Start();
        await using var able = await RawMiner.ConnectAsync(pool.Endpoint);
        var result = (await able.CallAsync("login", new { login = "w", algo = new[] { "gr", "rx/0" } })).GetProperty("result");
        Assert.Equal("rx/0", result.GetProperty("job").GetProperty("algo").GetString());
        Assert.Contains("algo", result.GetProperty("extensions").EnumerateArray().Select(e => e.GetString()));

        await using var unable = await RawMiner.ConnectAsync(pool.Endpoint);
        Assert.Equal("Unsupported algorithm", RawMiner.ErrorOf(await unable.CallAsync("login", new { login = "w", algo = new[] { "gr" } })));
    }

    [Theory]
    [InlineData(new[] { "gr", "rx/2", "rx/0" }, "rx/2")]
    [InlineData(new[] { "rx/0", "rx/2" }, "rx/0")]
    public async Task Login_BothVersionsOfRandomX_TheFirstIsServed(string[] algo, string served)
    {
        await using var miner = await RawMiner.ConnectAsync(Start().Endpoint);

        Assert.Equal(served, (await miner.LoginAsync(algo: algo)).Json.GetProperty("algo").GetString());
    }

    [Fact]
    public async Task Submit_RxTwo_TakesTheCommitmentWithItsHashAndNothingElse()
    {
        var pool = Start();
        await using var miner = await RawMiner.ConnectAsync(pool.Endpoint);
        var job = await miner.LoginAsync(algo: ["rx/2"]);
        var (nonce, hash) = job.Find();
        var result = job.Judged(nonce, hash);

        Assert.Equal("Malformed request", RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, result)));
        Assert.Equal("Invalid result", RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, result, hash with { W0 = hash.W0 ^ 1 })));

        // A commitment in order to a hash that is none of this blob.
        var lie = Enumerable.Range(1, 10_000).Select(i => hash with { W0 = hash.W0 ^ (ulong)i }).First(other => job.Target.IsMetBy(job.Judged(nonce, other)));
        Assert.Equal("Invalid result", RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, job.Judged(nonce, lie), lie)));

        Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, result, hash)));
        Assert.Equal("Duplicate share", RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, result, hash)));
        var (missed, missing) = job.Find(meets: false);
        Assert.Equal("Low difficulty share", RawMiner.ErrorOf(await miner.SubmitAsync(job, missed, job.Judged(missed, missing), missing)));
        Assert.Equal(1, pool.GetStatistics().Accepted);
    }

    [Fact]
    public async Task Login_SameMinerForTheOtherVersion_GetsJobsOfItAndEarlierOnesKeepTheirs()
    {
        var pool = Start();
        var miner = await RawMiner.ConnectAsync(pool.Endpoint);
        var first = await miner.LoginAsync(algo: ["rx/0"]);
        await miner.DisposeAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));

        await using var again = await RawMiner.ConnectAsync(pool.Endpoint);
        var second = await again.LoginAsync(algo: ["rx/2"]);
        Assert.Equal((Convert.ToHexStringLower(first.Blob), Algorithm.RandomXV2), (Convert.ToHexStringLower(second.Blob), second.Algorithm));
        Assert.NotEqual(first.Id, second.Id);
        var (nonce, hash) = second.Find();
        Assert.Null(RawMiner.ErrorOf(await again.SubmitAsync(second, nonce, second.Judged(nonce, hash), hash)));
        (nonce, hash) = first.Find(nonce);
        Assert.Null(RawMiner.ErrorOf(await again.SubmitAsync(first, nonce, hash)));
    }

    [Fact]
    public async Task KeepAlived_LoggedIn_IsAnswered()
    {
        var (miner, _) = await RawMiner.LoginAsync(Start().Endpoint);

        var answer = await miner.CallAsync("keepalived", new { id = miner.SessionId });

        Assert.Equal("KEEPALIVED", answer.GetProperty("result").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Login_ShortTargets_AreEightDigitsAndMeanWhatTheySay()
    {
        var pool = Start(o => (o.ShortTargets, o.StartDifficulty) = (true, 1000));
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);

        Assert.Equal(8, job.Json.GetProperty("target").GetString()!.Length);
        Assert.InRange((double)job.Target.Difficulty, 999, 1001);
        var (nonce, hash) = job.Find();
        Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
    }

    [Fact]
    public async Task Login_SameMinerWithinResumeTime_FindsItsJobAgain()
    {
        var pool = Start();
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint, "wallet", "rig1");
        await miner.DisposeAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));

        var (again, same) = await RawMiner.LoginAsync(pool.Endpoint, "wallet", "rig1");
        Assert.Equal((job.Id, Convert.ToHexStringLower(job.Blob)), (same.Id, Convert.ToHexStringLower(same.Blob)));
        var (nonce, hash) = job.Find();
        Assert.Null(RawMiner.ErrorOf(await again.SubmitAsync(job, nonce, hash)));

        var (_, other) = await RawMiner.LoginAsync(pool.Endpoint, "wallet", "rig2");
        Assert.NotEqual(job.Blob[43..75], other.Blob[43..75]);
        var (_, twin) = await RawMiner.LoginAsync(pool.Endpoint, "wallet", "rig1");
        Assert.NotEqual(job.Blob[43..75], twin.Blob[43..75]);
        await again.DisposeAsync();   // held until here: collected as garbage it would make room for its twin
    }

    [Fact]
    public async Task Login_SameMinerAfterResumeTime_IsNew()
    {
        var pool = Start(o => o.BlockInterval = TimeSpan.FromHours(1));
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);
        await miner.DisposeAsync();
        await Eventually.HoldsAsync(() => pool.GetStatistics().Connections == 0, "the pool notices the disconnection");
        _clock.Advance(TimeSpan.FromSeconds(61));

        var (_, other) = await RawMiner.LoginAsync(pool.Endpoint);
        Assert.NotEqual(job.Blob[43..75], other.Blob[43..75]);
    }

    [Fact]
    public async Task StartBlock_OtherSeed_IsInTheJobAndVerifiedWith()
    {
        var pool = Start();
        var (miner, _) = await RawMiner.LoginAsync(pool.Endpoint);
        var seed = Seed.FromBytes(Enumerable.Repeat((byte)7, 32).ToArray());
        pool.StartBlock(seed, nextSeed: Seed.FromBytes(new byte[32]));
        var job = await miner.NextJobAsync();

        Assert.Equal(seed, job.Seed);
        Assert.Equal(new string('0', 64), job.Json.GetProperty("next_seed_hash").GetString());
        var (nonce, hash) = job.Find();
        Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
    }

    [Fact]
    public async Task Submit_FastMiner_DifficultyRisesAndTheEarlierJobStillCounts()
    {
        var pool = Start(o => o.BlockInterval = TimeSpan.FromHours(1));
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);
        uint from = 0;
        for (var i = 0; i < 4; i++)
        {
            var (nonce, hash) = job.Find(from);
            Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
            from = nonce + 1;
        }

        var harder = await miner.NextJobAsync();
        Assert.Equal(job.Blob, harder.Blob);
        Assert.Equal(256, (int)harder.Target.Difficulty);
        var late = job.Find(from);
        while (harder.Target.IsMetBy(late.Hash))
        {
            late = job.Find(late.Nonce + 1);
        }

        Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, late.Nonce, late.Hash)));
        Assert.Equal("Duplicate share", RawMiner.ErrorOf(await miner.SubmitAsync(job, late.Nonce, late.Hash)));
    }

    private PracticePool Start(Action<PracticePoolOptions>? change = null)
    {
        var options = new PracticePoolOptions { StartDifficulty = 16, MinDifficulty = 1 };
        change?.Invoke(options);
        var pool = new PracticePool(options, new FakeHashEngine(), _clock, NullLogger<PracticePool>.Instance);
        pool.Start();
        _pools.Add(pool);
        Assert.Equal(IPAddress.Loopback, pool.Endpoint.Address);
        return pool;
    }
}
