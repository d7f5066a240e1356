using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Blobs;
using P2PMiner.Pools.Practice;
using P2PMiner.Pools.Stratum;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Practice;

public sealed class PracticeV1Tests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero));
    private readonly List<PracticePool> _pools = [];
    private readonly List<RawMiner> _miners = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var miner in _miners)
        {
            await miner.DisposeAsync();
        }

        foreach (var pool in _pools)
        {
            await pool.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task Submit_RightShare_IsAcceptedAndInTheLedger()
    {
        var pool = Start();
        var rider = await LoginAsync(pool);
        var (nonce, header) = rider.Find();

        Assert.Null(ErrorOf(await rider.SubmitAsync(nonce)));

        var line = Assert.Single(pool.GetLedger());
        Assert.Equal((rider.Job.JobId, Convert.ToHexStringLower(header.AsSpan(0, 76)), nonce, 16.0), (line.JobId, line.Blob, line.Nonce, line.Difficulty));
        var statistics = pool.GetStatistics();
        Assert.Equal((1, 1L, 16.0), (statistics.LoggedIn, statistics.Accepted, statistics.HashesCredited));
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(8, 8)]
    [InlineData(1, 1)]
    [InlineData(32, 2)]
    public async Task Subscribe_AnySizes_ExtraNoncesAreSoLongAndSharesCount(int one, int two)
    {
        var pool = Start(options => (options.ExtraNonce1Bytes, options.ExtraNonce2Bytes) = (one, two));
        var rider = await LoginAsync(pool);
        var template = (StratumV1Template)rider.Job.Template!;

        Assert.Equal((one, two), (template.ExtraNonce1.Length, template.ExtraNonce2Bytes));
        Assert.Null(ErrorOf(await rider.SubmitAsync(rider.Find(extraNonce: 1).Nonce, extraNonce: 1)));
    }

    [Fact]
    public async Task Subscribe_TwoMiners_HeadersDifferInTheRootOnly()
    {
        var pool = Start();
        var (one, other) = (await LoginAsync(pool), await LoginAsync(pool));
        Assert.Equal(one.Job.Blob[..36].ToArray(), other.Job.Blob[..36].ToArray());
        Assert.NotEqual(one.Job.Blob[36..68].ToArray(), other.Job.Blob[36..68].ToArray());
    }

    [Fact]
    public async Task Authorize_ByDefault_JobFollowsItsAnswer()
    {
        var (miner, reader) = await SubscribeAsync(Start(options => options.StartDifficulty = 500));
        await miner.CallAsync("mining.authorize", new[] { "wallet", "x" });

        var difficulty = await miner.NextNoticeAsync("mining.set_difficulty");
        await miner.NextNoticeAsync("mining.notify");

        Assert.Equal("0.00762939453125", difficulty[0].GetRawText());   // 500 / 65,536
        Assert.Null(reader.SetDifficulty(difficulty[0].GetRawText()));
    }

    [Fact]
    public async Task Subscribe_EarlyNotify_JobComesBeforeTheMinerAuthorizes()
    {
        var pool = Start(options => options.EarlyNotify = true);
        var (miner, reader) = await SubscribeAsync(pool);
        var rider = await Rider.ReadAsync(miner, reader, withDifficulty: true);

        Assert.Equal(24, ErrorOf(await rider.SubmitAsync(rider.Find().Nonce)));
        await miner.CallAsync("mining.authorize", new[] { "wallet", "x" });
        Assert.Null(ErrorOf(await rider.SubmitAsync(rider.Find().Nonce)));
    }

    [Fact]
    public async Task Submit_SameShareAgain_Is22AlsoUnderAnotherDifficulty()
    {
        var pool = Start(options => options.DifficultyChangeInterval = TimeSpan.FromSeconds(5));
        var rider = await LoginAsync(pool);
        var (nonce, _) = rider.Find();
        Assert.Null(ErrorOf(await rider.SubmitAsync(nonce)));
        Assert.Equal(22, ErrorOf(await rider.SubmitAsync(nonce)));

        _clock.Advance(TimeSpan.FromSeconds(5));
        var harder = await Rider.ReadAsync(rider.Miner, rider.Reader, withDifficulty: true);

        Assert.Equal(Target.FromStratumV1(32, 65536), harder.Job.Target);
        Assert.Equal((rider.Job.Parent, false), (harder.Job.Parent, rider.Job.JobId == harder.Job.JobId));
        Assert.Equal(22, ErrorOf(await harder.SubmitAsync(nonce)));
        Assert.Equal(2, pool.GetStatistics().Refused[PracticeRefusal.Duplicate]);
    }

    [Fact]
    public async Task Submit_AfterANewBlock_Is21()
    {
        var pool = Start();
        var rider = await LoginAsync(pool);
        pool.StartBlock();
        var next = await Rider.ReadAsync(rider.Miner, rider.Reader);

        Assert.NotEqual(rider.Job.Parent, next.Job.Parent);
        _clock.Advance(TimeSpan.FromMilliseconds(70));
        Assert.Equal(21, ErrorOf(await rider.SubmitAsync(rider.Find().Nonce)));
        Assert.Null(ErrorOf(await next.SubmitAsync(next.Find().Nonce)));
        Assert.Equal(1, pool.GetStatistics().Refused[PracticeRefusal.Expired]);
        Assert.Equal(TimeSpan.FromMilliseconds(70), pool.GetStatistics().LongestLate);
    }

    [Fact]
    public async Task Submit_AfterARefreshOfTheBlock_EarlierAndNewJobCount()
    {
        var pool = Start();
        var rider = await LoginAsync(pool);
        _clock.Advance(TimeSpan.FromSeconds(1));
        pool.RefreshJob();
        var next = await Rider.ReadAsync(rider.Miner, rider.Reader);

        Assert.Equal(rider.Job.Parent, next.Job.Parent);
        Assert.NotEqual(((StratumV1Template)rider.Job.Template!).Time, ((StratumV1Template)next.Job.Template!).Time);
        Assert.Null(ErrorOf(await rider.SubmitAsync(rider.Find().Nonce)));
        Assert.Null(ErrorOf(await next.SubmitAsync(next.Find().Nonce)));
    }

    [Fact]
    public async Task Submit_HashAboveTheLimit_Is23()
    {
        var rider = await LoginAsync(Start());
        var low = rider.Find(meets: false).Nonce;
        Assert.Equal(23, ErrorOf(await rider.SubmitAsync(low)));
        Assert.Equal(23, ErrorOf(await rider.SubmitAsync(low)));
    }

    [Theory]
    [InlineData("wallet", "no such job", null, null, null, 21)]
    [InlineData("stranger", null, null, null, null, 24)]
    [InlineData("wallet", null, "0000000000", null, null, 20)]
    [InlineData("wallet", null, "000000zz", null, null, 20)]
    [InlineData("wallet", null, null, "00000001", null, 20)]
    [InlineData("wallet", null, null, "+000000f", null, 20)]
    [InlineData("wallet", null, null, null, "f", 20)]
    [InlineData("wallet", null, null, null, "0000000g", 20)]
    public async Task Submit_BadField_IsRefusedWithItsCode(string user, string? jobId, string? extraNonce2, string? time, string? nonce, int code)
    {
        var rider = await LoginAsync(Start());
        var right = ((StratumV1Template)rider.Job.Template!).Time;
        var answer = await rider.Miner.CallAsync(
            "mining.submit", new[] { user, jobId ?? rider.Job.JobId, extraNonce2 ?? "00000000", time ?? right, nonce ?? "00000001" });
        Assert.Equal(code, ErrorOf(answer));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("result").ValueKind);
    }

    [Fact]
    public async Task Submit_TooFewFields_Is20() =>
        Assert.Equal(20, ErrorOf(await (await LoginAsync(Start())).Miner.CallAsync("mining.submit", new[] { "wallet" })));

    [Theory]
    [InlineData("mining.submit")]
    [InlineData("mining.authorize")]
    [InlineData("mining.extranonce.subscribe")]
    public async Task Request_BeforeSubscribing_Is25(string method)
    {
        var miner = await ConnectAsync(Start());
        Assert.Equal(25, ErrorOf(await miner.CallAsync(method, new[] { "wallet", "x" })));
    }

    [Fact]
    public async Task Request_OfTheOtherDialect_IsRefused()
    {
        var pool = Start();
        var (rider, _) = await SubscribeAsync(pool);
        Assert.Equal("Already logged in", RawMiner.ErrorOf(await rider.CallAsync("login", new { login = "wallet" })));
        var monero = await ConnectAsync(pool);
        await monero.LoginAsync();
        Assert.Equal(20, ErrorOf(await monero.CallAsync("mining.subscribe", new[] { "raw/1.0" })));
        Assert.Equal(20, ErrorOf(await monero.CallAsync("mining.of.tomorrow", Array.Empty<string>())));
    }

    [Fact]
    public async Task RenewExtraNonces_WhoAsked_IsToldAndOldJobsKeepTheirs()
    {
        var pool = Start();
        var (asked, silent) = (await LoginAsync(pool), await LoginAsync(pool));
        await asked.Miner.CallAsync("mining.extranonce.subscribe", Array.Empty<string>());
        pool.RenewExtraNonces();

        var told = await asked.Miner.NextNoticeAsync("mining.set_extranonce");
        Assert.Null(asked.Reader.SetExtraNonce(told[0].GetString(), told[1].GetRawText()));
        var next = await Rider.ReadAsync(asked.Miner, asked.Reader);

        Assert.NotEqual(asked.Job.Blob[36..68].ToArray(), next.Job.Blob[36..68].ToArray());
        Assert.Null(ErrorOf(await asked.SubmitAsync(asked.Find().Nonce)));
        Assert.Null(ErrorOf(await next.SubmitAsync(next.Find().Nonce)));
        Assert.Null(ErrorOf(await silent.SubmitAsync(silent.Find().Nonce)));   // nothing came before the answer that is not its job
    }

    [Fact]
    public async Task Submit_FastMiner_DifficultyRisesAndTheEarlierJobStillCounts()
    {
        var rider = await LoginAsync(Start());
        uint from = 0;
        for (var i = 0; i < 5; i++)
        {
            var nonce = rider.Find(from).Nonce;
            Assert.Null(ErrorOf(await rider.SubmitAsync(nonce)));
            from = nonce + 1;
        }

        var harder = await Rider.ReadAsync(rider.Miner, rider.Reader, withDifficulty: true);
        Assert.Equal(Target.FromStratumV1(256, 65536), harder.Job.Target);
        Assert.Equal(rider.Job.Blob.ToArray(), harder.Job.Blob.ToArray());
    }

    [Fact]
    public async Task Subscribe_NeverAuthorizes_IsDropped()
    {
        var pool = Start();
        var (miner, _) = await SubscribeAsync(pool);
        await FakeTime.AdvanceUntilAsync(_clock, miner.ReadToEndAsync(), "end of the connection", TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => pool.GetStatistics().Connections == 0, "the pool has closed it");
    }

    [Fact]
    public async Task Authorize_ManyNames_SixteenAreEnough()
    {
        var (miner, _) = await SubscribeAsync(Start());
        for (var i = 0; i < 16; i++)
        {
            Assert.Null(ErrorOf(await miner.CallAsync("mining.authorize", new[] { $"worker{i}", "x" })));
        }

        Assert.Equal(20, ErrorOf(await miner.CallAsync("mining.authorize", new[] { "one more", "x" })));
        Assert.Equal(20, ErrorOf(await miner.CallAsync("mining.authorize", new[] { new string('w', 257), "x" })));
        Assert.Equal(20, ErrorOf(await miner.CallAsync("mining.authorize", Array.Empty<string>())));
    }

    [Fact]
    public async Task Submit_ManyBadShares_BansTheAddress()
    {
        var pool = Start(options => options.BanScore = 5);
        var rider = await LoginAsync(pool, from: "127.0.0.9");
        var low = rider.Find(meets: false).Nonce;
        for (var i = 0; i < 5; i++)
        {
            await rider.SubmitAsync(low);
        }

        Assert.Null(await rider.Miner.ReadToEndAsync());
        var refused = await RawMiner.ConnectAsync(pool.Endpoint, "127.0.0.9");
        _miners.Add(refused);
        Assert.Null(await refused.ReadToEndAsync());
    }

    private static int? ErrorOf(JsonElement answer) => answer.GetProperty("error") is { ValueKind: JsonValueKind.Array } error ? error[0].GetInt32() : null;

    private PracticePool Start(Action<PracticePoolOptions>? change = null)
    {
        var options = new PracticePoolOptions { StartDifficulty = 16, MinDifficulty = 1, BlockInterval = TimeSpan.FromHours(1) };
        change?.Invoke(options);
        var pool = new PracticePool(options, new FakeHashEngine(), _clock, NullLogger<PracticePool>.Instance);
        pool.Start();
        _pools.Add(pool);
        return pool;
    }

    private async Task<RawMiner> ConnectAsync(PracticePool pool, string from = "127.0.0.1")
    {
        var miner = await RawMiner.ConnectAsync(pool.Endpoint, from);
        _miners.Add(miner);
        return miner;
    }

    private async Task<(RawMiner Miner, V1JobReader Reader)> SubscribeAsync(PracticePool pool, string from = "127.0.0.1")
    {
        var miner = await ConnectAsync(pool, from);
        var result = (await miner.CallAsync("mining.subscribe", new[] { "raw/1.0" })).GetProperty("result");
        var reader = new V1JobReader("pool:1");
        Assert.Null(reader.SetExtraNonce(result[1].GetString(), result[2].GetRawText()));
        return (miner, reader);
    }

    private async Task<Rider> LoginAsync(PracticePool pool, string from = "127.0.0.1")
    {
        var (miner, reader) = await SubscribeAsync(pool, from);
        Assert.Null(ErrorOf(await miner.CallAsync("mining.authorize", new[] { "wallet", "x" })));
        return await Rider.ReadAsync(miner, reader, withDifficulty: true);
    }

    /// <summary>A miner at one of its jobs.</summary>
    private sealed record Rider(RawMiner Miner, V1JobReader Reader, PoolJob Job)
    {
        /// <param name="withDifficulty">A new difficulty comes before the job.</param>
        public static async Task<Rider> ReadAsync(RawMiner miner, V1JobReader reader, bool withDifficulty = false)
        {
            if (withDifficulty)
            {
                Assert.Null(reader.SetDifficulty((await miner.NextNoticeAsync("mining.set_difficulty"))[0].GetRawText()));
            }

            var fields = await miner.NextNoticeAsync("mining.notify");
            string Text(int index) => fields[index].GetString()!;
            var notify = new StratumNotify
            {
                JobId = Text(0),
                PreviousHash = Text(1),
                CoinbaseHead = Text(2),
                CoinbaseTail = Text(3),
                Branches = [.. fields[4].EnumerateArray().Select(branch => branch.GetString())],
                Version = Text(5),
                Bits = Text(6),
                Time = Text(7),
                Clean = fields[8].GetRawText(),
            };
            Assert.True(reader.TryRead(notify, out var job, out var error), error);
            return new(miner, reader, reader.Place(job, notify.Clean));
        }

        /// <summary>The first nonce from <paramref name="first"/> on whose hash meets the target, or (when told so) misses it.</summary>
        public (uint Nonce, byte[] Header) Find(uint first = 0, bool meets = true, uint extraNonce = 0)
        {
            var header = V1Header.Build(Job.Blob.AsSpan(), (StratumV1Template)Job.Template!, extraNonce);
            for (var nonce = first; ; nonce++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(V1Header.NonceOffset), nonce);
                if (Job.Target.IsMetBy(FakeHashEngine.Hash(Algorithm.GhostRider, Seed.None, header)) == meets)
                {
                    return (nonce, header);
                }
            }
        }

        public Task<JsonElement> SubmitAsync(uint nonce, uint extraNonce = 0)
        {
            var template = (StratumV1Template)Job.Template!;
            var extraNonce2 = Convert.ToHexStringLower(V1Header.ExtraNonce2(template, extraNonce));
            return Miner.CallAsync(
                "mining.submit", new[] { "wallet", Job.JobId, extraNonce2, template.Time, nonce.ToString("x8", CultureInfo.InvariantCulture) });
        }
    }
}
