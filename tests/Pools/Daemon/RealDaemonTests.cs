using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Pools.Blobs;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Daemon;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Daemon;

/// <summary>Debian's monerod judges our blocks.</summary>
[Trait("Lane", "Full")]
public sealed class RealDaemonTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Submit_BlocksOfSeveralExtraNonces_AreAcceptedAndTheChainGrows()
    {
        Assert.SkipUnless(MoneroDaemon.IsInstalled, "monerod is not installed");
        await using var daemon = await MoneroDaemon.StartAsync(fixedDifficulty: 2);
        await using var engine = new HashEngine(
            Options.Create(new HashEngineOptions { Threads = 1, RandomXMode = RandomXMode.Light, HugePages = false }), TimeProvider.System,
            NullLogger<HashEngine>.Instance);
        await using var connection = await ConnectAsync(daemon);
        var before = await daemon.GetHeightAsync();

        foreach (var extraNonce in (uint[])[0, 1, 0xdeadbeef])
        {
            var job = await NextJobAsync(connection, await daemon.GetHeightAsync());
            var blob = MoneroBlobBuilder.Create((MoneroBlockTemplate)job.Template!).HashingBlob(extraNonce);
            Assert.Equal(extraNonce == 0, job.Blob.AsSpan().SequenceEqual(blob));
            var (nonce, hash) = await MineAsync(engine, job, blob);

            var result = await connection.SubmitAsync(
                job, new() { JobSerial = job.Serial, ExtraNonce = extraNonce, Nonce = nonce, Hash = hash }, default).WaitAsync(Patience);

            Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), result);
        }

        Assert.Equal(before + 3, await daemon.GetHeightAsync());
    }

    [Fact]
    public async Task Submit_BlockWithoutWork_IsRejectedWithTheDaemonsText()
    {
        Assert.SkipUnless(MoneroDaemon.IsInstalled, "monerod is not installed");
        await using var daemon = await MoneroDaemon.StartAsync(fixedDifficulty: 1_000_000_000);
        await using var connection = await ConnectAsync(daemon);
        var job = await NextJobAsync(connection, await daemon.GetHeightAsync());

        var result = await connection.SubmitAsync(job, new() { JobSerial = job.Serial, ExtraNonce = 1, Nonce = 1, Hash = default }, default)
            .WaitAsync(Patience);

        Assert.Equal(ShareOutcome.Rejected, result.Outcome);
        Assert.Equal("Block not accepted", result.Reason);
        Assert.Equal(Target.FromDifficulty(1_000_000_000), job.Target);
    }

    [Fact]
    public async Task Submit_AfterTheChainMovedOn_IsStaleAndTheNextJobFollowsAtOnce()
    {
        Assert.SkipUnless(MoneroDaemon.IsInstalled, "monerod is not installed");
        await using var daemon = await MoneroDaemon.StartAsync();
        // The clock stands still, so only a notice can bring a job. A subscriber hears nothing until its connection stands, and cannot tell when that is.
        await using var connection = await ConnectAsync(daemon, daemon.Zmq, clock: new FakeTimeProvider());
        var job = await NextJobAsync(connection, 1);
        using var patience = new CancellationTokenSource(Patience);
        do
        {
            await daemon.GenerateBlocksAsync(2);
            await Task.Delay(50, patience.Token);
        }
        while (!connection.Jobs.TryPeek(out _));

        var next = await NextJobAsync(connection, 3);
        Assert.NotEqual(job.Parent, next.Parent);
        var late = await connection.SubmitAsync(job, new() { JobSerial = job.Serial, ExtraNonce = 0, Nonce = 5, Hash = default }, default).WaitAsync(Patience);
        Assert.Equal(new SubmitResult(ShareOutcome.Stale, "it is only an alternative block"), late);
    }

    [Fact]
    public async Task Connect_WrongWalletAddress_IsALoginErrorWithTheDaemonsText()
    {
        Assert.SkipUnless(MoneroDaemon.IsInstalled, "monerod is not installed");
        await using var daemon = await MoneroDaemon.StartAsync();

        var error = await Assert.ThrowsAsync<PoolLoginException>(() => ConnectAsync(daemon, user: "44nonsense"));

        Assert.Equal($"127.0.0.1:{daemon.RpcPort} get_block_template: Failed to parse wallet address (code -4)", error.Message);
    }

    [Fact]
    public async Task Connect_RpcLogin_IsDoneAndAWrongOneNamed()
    {
        Assert.SkipUnless(MoneroDaemon.IsInstalled, "monerod is not installed");
        await using var daemon = await MoneroDaemon.StartAsync(login: "miner:p@ss:w%rd");
        await using (var connection = await ConnectAsync(daemon, login: "miner:p%40ss%3Aw%25rd@"))
        {
            var job = await NextJobAsync(connection, 1);
            var result = await connection.SubmitAsync(
                job, new() { JobSerial = job.Serial, ExtraNonce = 0, Nonce = 5, Hash = default }, default).WaitAsync(Patience);
            Assert.Equal(new SubmitResult(ShareOutcome.Accepted, null), result);
            Assert.Equal(job.Height + 1, await daemon.GetHeightAsync());
            await NextJobAsync(connection, job.Height!.Value + 1);
        }

        Assert.Contains("does not take the login", (await Assert.ThrowsAsync<PoolLoginException>(() => ConnectAsync(daemon, login: "miner:wrong@"))).Message);
        Assert.Contains("wants the login", (await Assert.ThrowsAsync<PoolLoginException>(() => ConnectAsync(daemon))).Message);
    }

    private static async Task<IPoolConnection> ConnectAsync(
        MoneroDaemon daemon, string? zmq = null, string user = MoneroDaemon.WalletAddress, TimeProvider? clock = null, string login = "")
    {
        var entry = PoolEntry.Of(new() { Url = daemon.Url.Replace("://", $"://{login}", StringComparison.Ordinal), User = user, Zmq = zmq });
        Assert.True(PoolUrl.TryParse(entry.Url, out var url, out _));
        ulong serial = 0;
        return await new DaemonConnector(clock ?? TimeProvider.System, NullLogger<DaemonConnector>.Instance)
            .ConnectAsync(new(url, entry, [Algorithm.RandomX]), () => ++serial, new(), default).WaitAsync(Patience);
    }

    private static async Task<PoolJob> NextJobAsync(IPoolConnection connection, ulong height)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var job = await connection.Jobs.ReadAsync(patience.Token);
            if (job.Height >= height)
            {
                return job;
            }
        }
    }

    private static async Task<(uint Nonce, Hash256 Hash)> MineAsync(IHashEngine engine, PoolJob job, byte[] blob)
    {
        for (uint nonce = 0; ; nonce++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(job.NonceOffset), nonce);
            var hash = await engine.HashAsync(job.Algorithm, job.Seed, blob, default);
            if (job.Target.IsMetBy(hash))
            {
                return (nonce, hash);
            }
        }
    }
}
