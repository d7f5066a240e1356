using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>The program against a practice pool of this test, which recomputes every share with an engine of its own.</summary>
public sealed class PracticePoolTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>As many as a minute had with a block every 15 s, and a job with a new blob every 7.</summary>
    private const int Blocks = 4;

    private const int Jobs = 12;
    private const long Shares = 10;

    [Theory]
    [InlineData(false, "fast")]
    [InlineData(true, "light")]
    public async Task Mine_SomeBlocksAndJobs_NoNonceTwiceAndOnlySharesThatCrossedABlockRefused(bool tls, string mode)
    {
        using var certificate = tls ? SelfSigned() : null;
        await using var engine = VerifyingEngine.Create();
        await using var pool = NewPool(engine, new()
        {
            BlockInterval = TimeSpan.FromSeconds(4),
            RefreshInterval = TimeSpan.FromSeconds(1.5),

            // Light mode on a busy machine makes some 20 hashes a second: at a fast miner's difficulty minutes might pass with hardly a share.
            StartDifficulty = mode == "light" ? 60UL : 500UL,
            MinDifficulty = 20,
        }, certificate);
        var height = pool.GetStatistics().Height;
        var url = $"stratum+{(tls ? "ssl" : "tcp")}://{pool.Endpoint}";
        var ledger = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");
        try
        {
            await using (var miner = MinerProcess.StartNode("-o", url, "-u", "test", "--randomx-mode", mode, "--config", LedgerConfig(ledger)))
            {
                await miner.WaitForLineAsync(@"accepted \(1/", Patience);
                var (begun, jobs) = (pool.GetStatistics(), miner.CountLines("new job from"));
                await Eventually.HoldsAsync(
                    () => pool.GetStatistics() is var now && now.Height >= begun.Height + Blocks && now.Accepted >= begun.Accepted + Shares
                        && miner.CountLines("new job from") >= jobs + Jobs,
                    $"{Blocks} blocks, {Jobs} jobs and {Shares} shares after the first", Patience, () => string.Join('\n', miner.Lines));
                miner.Interrupt();
                Assert.Equal(0, await miner.WaitForExitAsync(Patience));
                Assert.Equal(0, miner.CountLines("wrong hash|outside its lease"));
                Assert.Equal(pool.GetStatistics().Accepted, miner.CountLines("accepted"));
                if (tls)
                {
                    Assert.Equal(1, miner.CountLines(Convert.ToHexStringLower(SHA256.HashData(certificate!.RawData))));
                }
            }

            // A share may be under way when its block ends; what the miner knew to be of an earlier block was not sent.
            var (refused, blocks) = (pool.GetStatistics().Refused, (long)(pool.GetStatistics().Height - height));
            Assert.Empty(refused.Keys.Except([PracticeRefusal.Expired]));
            Assert.True(refused.GetValueOrDefault(PracticeRefusal.Expired) <= blocks,
                $"{refused.GetValueOrDefault(PracticeRefusal.Expired)} shares came late in {blocks} blocks");
            Assert.True(pool.GetStatistics().Accepted > Shares, $"only {pool.GetStatistics().Accepted} shares");
            var shares = pool.GetLedger();
            Assert.Equal(shares.Count, shares.DistinctBy(share => (share.Blob, share.Nonce)).Count());
            Assert.Null(LedgerFiles.FindOverlap(ledger));
        }
        finally
        {
            File.Delete(ledger);
        }
    }

    [Fact]
    public async Task Mine_RxTwo_SharesAreAcceptedAndNoneRejected()
    {
        await using var engine = VerifyingEngine.Create();

        // One block throughout: no share comes late. An easy one, because light mode on a busy machine is slow.
        await using var pool = NewPool(
            engine, new() { BlockInterval = TimeSpan.FromMinutes(30), StartDifficulty = 30, MinDifficulty = 30, MaxDifficulty = 30 }, null);
        await using var miner = MinerProcess.StartNode("-a", "rx/2", "-o", $"stratum+tcp://{pool.Endpoint}", "-u", "test", "--randomx-mode", "light");
        await miner.WaitForLineAsync(@"new job from 127\.0\.0\.1:\d+ diff \d+ algo rx/2", Patience);
        await miner.WaitForLineAsync(@"accepted \(5/0\)", Patience);

        miner.Interrupt();

        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
        Assert.DoesNotContain(miner.Lines, line => Regex.IsMatch(line, "rejected|wrong hash|[Ee]xception"));
        Assert.Empty(pool.GetStatistics().Refused);
        Assert.True(pool.GetStatistics().Accepted >= 5, $"only {pool.GetStatistics().Accepted} shares");
    }

    [Fact]
    public async Task Mine_PoolMisbehaves_RecoversAndLosesNoShare()
    {
        await using var engine = VerifyingEngine.Create();

        // One block and one difficulty throughout: no share may become worthless while it waits for a connection. And so few of them that those which wait are
        // answered before the third connection after is cut: a share that was under way in three of them is given up.
        var options = new PracticePoolOptions { BlockInterval = TimeSpan.FromMinutes(30), StartDifficulty = 240, MinDifficulty = 240, MaxDifficulty = 240 };
        await using var pool = NewPool(engine, options, null);
        await using var proxy = new ChaosProxy(pool.Endpoint);
        await using var miner = MinerProcess.StartNode("-o", $"stratum+tcp://{proxy.Endpoint}", "-u", "test", "--randomx-mode", "light");
        await SharesAsync();

        proxy.DropAll();
        await SharesAsync();

        await proxy.InjectAsync("rubbish, no JSON at all\n"u8.ToArray());
        await miner.WaitForLineAsync("not JSON|rubbish|expected", Patience);
        await SharesAsync();

        // 100 MB without an end: cut off long before, so sending it fails.
        var megabyte = new byte[1 << 20];
        megabyte.AsSpan().Fill((byte)'x');
        for (var sent = 0; sent < 100 && await proxy.InjectAsync(megabyte); sent++)
        {
        }

        await miner.WaitForLineAsync("longer than|too long", Patience);
        await SharesAsync();

        await proxy.InjectAsync("""{"jsonrpc":"2.0","method":"job","params":{"""u8.ToArray());
        proxy.DropAll();
        await SharesAsync();

        var badTarget = $"{{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{{\"job_id\":\"bad\",\"blob\":\"{new string('1', 152)}\","
            + $"\"target\":\"00000000\",\"seed_hash\":\"{new string('2', 64)}\",\"height\":1}}}}\n";
        await proxy.InjectAsync(System.Text.Encoding.ASCII.GetBytes(badTarget));
        await miner.WaitForLineAsync("target", Patience);
        await SharesAsync();

        miner.Interrupt();
        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
        Assert.Equal(0, miner.CountLines("rejected"));
        Assert.True(miner.CountLines("is lost") == 0, string.Join("\n", miner.Lines));

        // What was under way when a connection died was handed in again: the pool may have seen it twice, but nothing else went wrong.
        Assert.All(pool.GetStatistics().Refused.Keys, refusal => Assert.Equal(PracticeRefusal.Duplicate, refusal));

        // More than one, so that what waited for the connection is through before the next fault.
        async Task SharesAsync()
        {
            for (var share = 0; share < 4; share++)
            {
                await miner.WaitForLineAsync("accepted", Patience);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Practice_StopSignal_EndsCleanly(bool controlC)
    {
        await using var miner = MinerProcess.StartNode("--practice", "--randomx-mode", "light");
        await miner.WaitForLineAsync(@"accepted \(1/0\)", Patience);

        if (controlC)
        {
            miner.Interrupt();
        }
        else
        {
            miner.Terminate();
        }

        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
        Assert.DoesNotContain(miner.Lines, line => Regex.IsMatch(line, "[Ee]xception|fail:|crit:"));
    }

    [Fact]
    public async Task StopSignal_WhileTheDatasetIsMade_EndsCleanly()
    {
        await using var miner = MinerProcess.StartNode("--practice", "--randomx-mode", "fast", "--no-tune");
        await miner.WaitForLineAsync("new job from", Patience);

        miner.Interrupt();

        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
        Assert.DoesNotContain(miner.Lines, line => Regex.IsMatch(line, "[Ee]xception"));
    }

    [Fact]
    public async Task Start_NoPool_SaysHowToGiveItWork()
    {
        await using var miner = MinerProcess.StartNode("--randomx-mode", "light");

        await miner.WaitForLineAsync("no work.*-o URL.*--practice", Patience);
        miner.Interrupt();

        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
    }

    private static PracticePool NewPool(Native.IHashEngine engine, PracticePoolOptions options, X509Certificate2? certificate)
    {
        var pool = new PracticePool(options, engine, TimeProvider.System, NullLogger<PracticePool>.Instance, certificate);
        pool.Start();
        return pool;
    }

    private static string LedgerConfig(string ledger)
    {
        var path = ledger + ".json";
        File.WriteAllText(path, $$"""{ "Ledger": { "File": "{{ledger}}" } }""");
        return path;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=practice", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }
}
