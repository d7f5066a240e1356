using System.Text.Json;
using System.Threading.Channels;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Jobs;
using P2PMiner.Pools.Stratum;
using P2PMiner.Pools.Transport;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Pool;

/// <summary>The session over real sockets: each trouble costs one line and no share.</summary>
public sealed class PoolSessionStratumTests : IAsyncDisposable
{
    private readonly FakePool _pool = new();
    private readonly RecordingLogger _log = new();
    private readonly Channel<PoolJob?> _jobs = Channel.CreateUnbounded<PoolJob?>();
    private readonly CancellationTokenSource _stop = new();
    private readonly PoolSession _session;
    private readonly Task _running;

    public PoolSessionStratumTests()
    {
        var options = new PoolOptions { Pools = [new() { Url = _pool.Url, User = "wallet" }], RetryPause = TimeSpan.FromMilliseconds(10) };
        var connector = new StratumConnector(new PoolTransport(TimeProvider.System, _log), TimeProvider.System, _log);
        _session = new(options, PoolEndpoints.From(options.Pools, [Algorithm.RandomX]), [connector], TakeAsync, TimeProvider.System, new Random(1), _log);
        _running = _session.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Eventually.ComesAsync(_running, "end of the session");
        await _pool.DisposeAsync();
        _stop.Dispose();
    }

    [Theory]
    [InlineData("drop", "connection lost: \"the pool closed the connection\"")]
    [InlineData("rubbish", "connection lost: \"16 bad lines in a row, the last with not a JSON object: rubbish\"")]
    [InlineData("long line", "connection lost: \"a line longer than 64 KiB\"")]
    [InlineData("half line", "connection lost: \"the pool closed the connection\"")]
    public async Task Run_PoolMisbehavesWhileAShareIsOut_OneLineAndTheShareArrives(string trouble, string expected)
    {
        var client = await _pool.AcceptAsync();
        await client.LoginAsync(new() { JobId = "before" });
        var job = await JobAsync();
        var submitting = _session.SubmitAsync(PoolJobs.Share(job), default);
        await client.ReadAsync("submit");
        await MisbehaveAsync(client, trouble);

        var again = await _pool.AcceptAsync();
        await again.LoginAsync(new() { JobId = "after" });
        await JobAsync();
        var submit = await again.ReadAsync("submit");
        await again.AcceptAsync(submit);

        Assert.Equal("after", submit.GetProperty("params").GetProperty("job_id").GetString());
        Assert.Equal(ShareOutcome.Accepted, await Eventually.ComesAsync(submitting, "answer"));
        Assert.Equal(1, _log.Count(expected));
        Assert.Equal(1, _log.Count("connection lost"));
        Assert.Equal(0, _log.Count("connect error"));
    }

    [Fact]
    public async Task Run_JobWithABadTarget_OneLineAndMiningGoesOn()
    {
        var client = await _pool.AcceptAsync();
        await client.LoginAsync(new());
        var job = await JobAsync();
        await client.SendJobAsync(new() { JobId = "bad", Target = "0000000000000000" });
        var submitting = _session.SubmitAsync(PoolJobs.Share(job), default);
        await client.AcceptAsync(await client.ReadAsync("submit"));

        Assert.Equal(ShareOutcome.Accepted, await Eventually.ComesAsync(submitting, "answer"));
        await _log.WaitAsync("target '0000000000000000'");
        Assert.Equal(1, _log.Count("ignored"));
        Assert.Equal(0, _log.Count("connection lost"));
    }

    private static async Task MisbehaveAsync(FakePoolClient client, string trouble)
    {
        switch (trouble)
        {
            case "rubbish":
                await client.SendAsync(string.Join('\n', Enumerable.Repeat("rubbish", 16)));
                break;
            case "half line":
                await client.SendRawAsync("{\"method\":\"jo"u8.ToArray());
                client.Drop();
                break;
            case "long line":
                try
                {
                    for (var i = 0; i < 100; i++)
                    {
                        await client.SendRawAsync(new byte[1 << 20]);
                    }
                }
                catch (IOException)
                {
                    // The miner has hung up.
                }

                break;
            default:
                client.Drop();
                break;
        }
    }

    [Fact]
    public async Task Run_HostileTextInEveryField_IsShownCleanAndTheJobIdGoesBackAsItCame()
    {
        var (hostile, quoted) = (WireValues.HostileInJson, JsonSerializer.Serialize(WireValues.HostileInJson));
        var client = await _pool.AcceptAsync();
        await client.LoginAsync(new() { JobId = hostile }, "keepalive");
        var job = await JobAsync();
        var submitting = _session.SubmitAsync(PoolJobs.Share(job), default);
        var submit = await client.ReadAsync("submit");
        Assert.Equal(hostile, submit.GetProperty("params").GetProperty("job_id").GetString());

        await client.SendJobAsync(new() { JobId = hostile });
        await client.SendAsync(hostile.Replace('\n', ' '));
        await client.SendAsync($"{{\"id\":9,\"method\":{quoted},\"params\":[{quoted}]}}");
        await client.SendAsync($"{{\"method\":\"client.reconnect\",\"params\":[{quoted},{quoted},{quoted}]}}");
        await client.SendJobAsync(new() { JobId = hostile, Algo = hostile });
        await client.SendJobAsync(new() { JobId = hostile, Blob = hostile });
        await client.SendJobAsync(new() { JobId = hostile, Target = hostile, SeedHash = hostile });
        await client.AnswerAsync(submit, $"\"error\":{{\"code\":-1,\"message\":{quoted}}},\"result\":null");
        Assert.Equal(ShareOutcome.Rejected, await Eventually.ComesAsync(submitting, "answer"));
        client.Drop();
        var again = await _pool.AcceptAsync();
        await again.AnswerAsync(await again.ReadAsync("login"), $"\"error\":{{\"code\":-1,\"message\":{quoted}}}");
        await Eventually.ComesAsync(_log.WaitAsync("connect error"), "the refused login");

        Assert.All(_log.Lines, line => Assert.True(line.All(OutsideText.IsHarmless), line));
        var status = _session.GetStatus();
        Assert.True(status.LastError!.All(OutsideText.IsHarmless), status.LastError);
        Assert.True(job.ShownId.All(OutsideText.IsHarmless), job.ShownId);
    }

    private async Task<PoolJob> JobAsync() => (await Eventually.ComesAsync(_jobs.Reader.ReadAsync().AsTask(), "job passed on"))!;

    private ValueTask TakeAsync(PoolJob? job) => _jobs.Writer.WriteAsync(job);
}
