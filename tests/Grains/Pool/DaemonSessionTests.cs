using Microsoft.Extensions.Time.Testing;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Daemon;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Pool;

/// <summary>A pool session with a daemon that comes and goes.</summary>
public sealed class DaemonSessionTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingLogger<DaemonConnector> _log = new();
    private PoolJob? _job;

    [Fact]
    public async Task Submit_DaemonDropsEverythingForSixteenSeconds_EveryBlockIsHandedInOnTheNextConnection()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Change["get_block_header_by_height"] = answer => { answer.Remove("result"); return answer; };
        using var stop = new CancellationTokenSource();
        var (session, running) = Start(daemon, stop.Token);
        await Eventually.HoldsAsync(() => _job is not null, "the first job");
        var job = _job!;
        foreach (var method in (string[])["getheight", "get_block_template", "submit_block", "get_block_header_by_height"])
        {
            daemon.Replace[method] = context => { context.Abort(); return Task.CompletedTask; };
        }

        // Between two polls, so that the blocks pause when a poll ends the connection.
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        var blocks = Enumerable.Range(0, 26).Select(nonce => session.SubmitAsync(
            new() { JobSerial = job.Serial, ExtraNonce = 1, Nonce = (uint)nonce, Hash = default }, default)).ToArray();
        for (var half = 0; half < 32 || _log.Count("connection lost") == 0; half++)
        {
            _clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Delay(10);   // for the requests of that moment, which nobody counts
        }

        daemon.Replace.Clear();
        var outcomes = await _clock.AdvanceUntilAsync(Task.WhenAll(blocks), "the outcomes", TimeSpan.FromSeconds(1));

        Assert.All(outcomes, outcome => Assert.Equal(ShareOutcome.Accepted, outcome));
        Assert.Equal((26L, 0L, 0L), (session.GetStatus().Accepted, session.GetStatus().Rejected, session.GetStatus().Lost));
        await stop.CancelAsync();
        await Eventually.ComesAsync(running, "the end of the session");
    }

    private (PoolSession Session, Task Running) Start(FakeDaemon daemon, CancellationToken stop)
    {
        var entry = new PoolEntry { Url = $"daemon+http://127.0.0.1:{daemon.Port}", User = "4wallet" };
        Assert.True(PoolUrl.TryParse(entry.Url, out var url, out _));
        var session = new PoolSession(
            new(), [new(url, entry, [Algorithm.RandomX])], [new DaemonConnector(_clock, _log)], job
                =>
            { _job = job ?? _job; return default; }, _clock, new Random(1), _log);
        return (session, session.RunAsync(stop));
    }
}
