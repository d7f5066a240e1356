using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Practice;

/// <summary>Rude clients come from 127.0.0.2 and further, the well-behaved one whose peace is watched from 127.0.0.1.</summary>
public sealed class PracticeLimitsTests : IAsyncDisposable
{
    private const string Rude = "127.0.0.2";

    private readonly FakeTimeProvider _clock = new();
    private PracticePool? _pool;

    public async ValueTask DisposeAsync()
    {
        if (_pool is not null)
        {
            await _pool.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task Read_LineTooLong_EndsThatConnectionOnly()
    {
        var pool = Start();
        var (good, job) = await RawMiner.LoginAsync(pool.Endpoint);
        await using var rude = await RawMiner.ConnectAsync(pool.Endpoint, Rude);
        try
        {
            for (var i = 0; i < 100; i++)
            {
                await rude.SendAsync(new byte[1 << 20]);
            }

            Assert.Fail("100 MiB without a line end were taken");
        }
        catch (IOException)
        {
        }

        await AssertServedAsync(good, job);
        Assert.Equal(1, pool.GetStatistics().Refused[PracticeRefusal.Malformed]);
    }

    [Fact]
    public async Task Read_LineOfExactlyTheLimit_IsTaken()
    {
        var pool = Start(o => o.MaxLineBytes = 512);
        await using var miner = await RawMiner.ConnectAsync(pool.Endpoint);
        var request = """{"id":7,"method":"login","params":{"login":"w"}}""";

        await miner.SendAsync(request.PadRight(512));

        var answer = await miner.ReadLineAsync();
        Assert.Equal(7, answer!.Value.GetProperty("id").GetInt32());
        await miner.SendAsync(request.PadRight(513));
        Assert.Equal("Malformed request", RawMiner.ErrorOf((await miner.ReadToEndAsync())!.Value));
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id\":{},\"method\":\"login\"}")]
    [InlineData("{\"id\":\"\\ud800\",\"method\":\"login\"}")]
    [InlineData("{\"id\":1,\"method\":5}")]
    public async Task Read_NotARequest_IsAnsweredAndEnded(string line)
    {
        var pool = Start();
        await using var rude = await RawMiner.ConnectAsync(pool.Endpoint, Rude);

        await rude.SendAsync(line);

        Assert.Equal("Malformed request", RawMiner.ErrorOf((await rude.ReadToEndAsync())!.Value));
    }

    [Theory]
    [InlineData("login", "{}", "Malformed request")]
    [InlineData("login", "{\"login\":5}", "Malformed request")]
    [InlineData("login", "[1]", "Malformed request")]
    [InlineData("login", "{\"login\":\"w\",\"algo\":\"rx/0\"}", "Malformed request")]
    [InlineData("getjob", "{}", "Unknown method")]
    [InlineData("keepalived", "{}", "Unauthenticated")]
    public async Task Handle_BadParameters_AreRefusedAndTheConnectionGoesOn(string method, string parameters, string error)
    {
        var pool = Start();
        await using var miner = await RawMiner.ConnectAsync(pool.Endpoint);
        await miner.SendAsync($$"""{"id":"a","method":"{{method}}","params":{{parameters}}}""");

        Assert.Equal(error, RawMiner.ErrorOf((await miner.ReadLineAsync())!.Value));
        await miner.LoginAsync();
    }

    [Fact]
    public async Task Tick_NoLogin_EndsTheConnectionAndLeavesTheOthers()
    {
        var pool = Start();
        var (good, job) = await RawMiner.LoginAsync(pool.Endpoint);
        await using var silent = await RawMiner.ConnectAsync(pool.Endpoint, Rude);
        await Eventually.HoldsAsync(() => pool.GetStatistics().Connections == 2, "both connected");

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(await silent.ReadToEndAsync());
        await AssertServedAsync(good, job);
    }

    [Fact]
    public async Task Tick_SilentForTooLong_EndsTheConnection()
    {
        var pool = Start();
        var (silent, _) = await RawMiner.LoginAsync(pool.Endpoint);

        _clock.Advance(TimeSpan.FromMinutes(5));

        await silent.ReadToEndAsync();
        await Eventually.HoldsAsync(() => pool.GetStatistics().Connections == 0, "the connection is gone");
    }

    [Fact]
    public async Task Admit_TooManyOfOneAddress_RefusesTheNextOfThatAddressOnly()
    {
        var pool = Start(o => (o.MaxConnectionsPerIp, o.MaxConnections) = (2, 3));
        await using var first = await RawMiner.ConnectAsync(pool.Endpoint, Rude);
        await using var second = await RawMiner.ConnectAsync(pool.Endpoint, Rude);
        await using var third = await RawMiner.ConnectAsync(pool.Endpoint, Rude);
        Assert.Null(await third.ReadToEndAsync());

        var (good, job) = await RawMiner.LoginAsync(pool.Endpoint);
        await using var kept = good;   // a connection that nobody holds is closed some time
        await AssertServedAsync(good, job);
        await using var fourth = await RawMiner.ConnectAsync(pool.Endpoint, "127.0.0.3");
        Assert.Null(await fourth.ReadToEndAsync());
        Assert.Equal((3, 2L), (pool.GetStatistics().Connections, pool.GetStatistics().ConnectionsRefused));
    }

    [Fact]
    public async Task Refuse_BadSharesAgainAndAgain_BansTheAddressForAWhile()
    {
        var pool = Start();
        var (good, goodJob) = await RawMiner.LoginAsync(pool.Endpoint);
        var (liar, job) = await RawMiner.LoginAsync(pool.Endpoint, from: Rude);
        var (nonce, hash) = job.Find();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("Invalid result", RawMiner.ErrorOf(await liar.SubmitAsync(job, nonce, hash with { W0 = ~hash.W0 })));
        }

        await liar.ReadToEndAsync();
        await using var again = await RawMiner.ConnectAsync(pool.Endpoint, Rude);
        Assert.Null(await again.ReadToEndAsync());
        await AssertServedAsync(good, goodJob);

        _clock.Advance(TimeSpan.FromMinutes(10));
        await using var forgiven = await RawMiner.ConnectAsync(pool.Endpoint, Rude);
        await forgiven.LoginAsync();
    }

    [Fact]
    public async Task Take_MoreRequestsThanAllowed_AreAnsweredLater()
    {
        var pool = Start(o => (o.RequestBurst, o.RequestsPerSecond) = (5, 1));
        var (eager, _) = await RawMiner.LoginAsync(pool.Endpoint);
        for (var i = 0; i < 4; i++)
        {
            await eager.CallAsync("keepalived", new { });
        }

        var late = eager.CallAsync("keepalived", new { });
        var (other, job) = await RawMiner.LoginAsync(pool.Endpoint);
        await AssertServedAsync(other, job);
        Assert.False(late.IsCompleted);

        await Eventually.HoldsAsync(() => { _clock.Advance(TimeSpan.FromSeconds(0.1)); return late.IsCompleted; }, "the late answer");
        Assert.Null(RawMiner.ErrorOf(await late));
    }

    [Fact]
    public async Task Send_ReaderTooSlow_IsDroppedAndTheOthersAreServed()
    {
        var pool = Start(o => (o.RequestBurst, o.SendQueueLength) = (100_000, 16));
        var (good, job) = await RawMiner.LoginAsync(pool.Endpoint);
        var (deaf, _) = await RawMiner.LoginAsync(pool.Endpoint, from: Rude);
        var requests = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"id\":1,\"method\":\"keepalived\",\"params\":{}}\n", 1000)));
        try
        {
            for (var i = 0; i < 95; i++)
            {
                await deaf.SendAsync(requests);
            }
        }
        catch (IOException)
        {
        }

        await Eventually.HoldsAsync(() => pool.GetStatistics().Connections == 1, "the deaf miner is dropped");
        await AssertServedAsync(good, job);
    }

    [Fact]
    public async Task DropConnections_MinersComeBack_AndHandInSharesOfTheirFormerJob()
    {
        var pool = Start();
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);
        pool.DropConnections();
        await miner.ReadToEndAsync();

        var (again, same) = await RawMiner.LoginAsync(pool.Endpoint);

        Assert.Equal(job.Id, same.Id);
        await AssertServedAsync(again, job);
    }

    [Fact]
    public async Task Login_OverTls_WorksAndPlainTextDoesNot()
    {
        using var certificate = TestCertificate.Create();
        var pool = Start(certificate: certificate);
        var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint, tls: true);
        await AssertServedAsync(miner, job);

        await using var plain = await RawMiner.ConnectAsync(pool.Endpoint, Rude);
        await plain.SendAsync("""{"id":1,"method":"login","params":{"login":"w"}}""");
        await Eventually.HoldsAsync(() => pool.GetStatistics().Connections == 1, "the plain connection ends");
    }

    [Fact]
    public async Task Ledger_ManyMiners_NeverHoldsTheSameInputTwice()
    {
        var pool = Start(o => (o.MinDifficulty, o.MaxDifficulty) = (16, 16));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var (miner, job) = await RawMiner.LoginAsync(pool.Endpoint);
            for (var (i, from) = (0, 0u); i < 20; i++)
            {
                var (nonce, hash) = job.Find(from);
                Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
                from = nonce + 1;
            }
        }));

        var ledger = pool.GetLedger();
        Assert.Equal(80, ledger.Count);
        Assert.Equal(80, ledger.Select(share => (share.Blob, share.Nonce)).Distinct().Count());
        Assert.Equal(80 * 16, pool.GetStatistics().HashesCredited);
    }

    private static async Task AssertServedAsync(RawMiner miner, RawJob job)
    {
        var (nonce, hash) = job.Find();
        Assert.Null(RawMiner.ErrorOf(await miner.SubmitAsync(job, nonce, hash)));
    }

    private PracticePool Start(Action<PracticePoolOptions>? change = null, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = null)
    {
        var options = new PracticePoolOptions { StartDifficulty = 16, MinDifficulty = 1, BlockInterval = TimeSpan.FromHours(1) };
        change?.Invoke(options);
        _pool = new PracticePool(options, new FakeHashEngine(), _clock, NullLogger<PracticePool>.Instance, certificate);
        _pool.Start();
        return _pool;
    }
}
