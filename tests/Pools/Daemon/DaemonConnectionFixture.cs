using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Daemon;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Daemon;

/// <summary>A fake daemon, and a connection to it that ends with the test. Time stands still until the test lets it pass.</summary>
public abstract class DaemonConnectionFixture : IAsyncLifetime
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private ulong _serial;

    private protected FakeTimeProvider Clock { get; } = new();

    private protected RecordingLogger<DaemonConnector> Log { get; } = new();

    private protected PoolStatistics Statistics { get; } = new();

    private protected FakeDaemon Daemon { get; private set; } = null!;

    /// <summary>The first that was made.</summary>
    private protected IPoolConnection? Connection { get; private set; }

    public async ValueTask InitializeAsync() => Daemon = await FakeDaemon.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (Connection is not null)
        {
            await Connection.DisposeAsync().AsTask().WaitAsync(Patience);
        }

        await Daemon.DisposeAsync();
    }

    private protected async Task<IPoolConnection> ConnectAsync(
        string? zmq = null, string? url = null, Action<PoolEntry>? change = null, Algorithm[]? algorithms = null)
    {
        var entry = new PoolEntry { Url = url ?? $"daemon+http://127.0.0.1:{Daemon.Port}", User = "4wallet", Zmq = zmq };
        change?.Invoke(entry);
        Assert.True(PoolUrl.TryParse(entry.Url, out var parsed, out _));
        var connector = new DaemonConnector(Clock, Log);
        Assert.True(connector.Handles(new(parsed, new(), [Algorithm.RandomX])));
        var connection = await connector.ConnectAsync(
            new(parsed, entry, algorithms ?? [Algorithm.RandomX]), () => ++_serial, Statistics, default).WaitAsync(Patience);
        Connection ??= connection;
        return connection;
    }

    private protected static async Task<PoolJob> NextJobAsync(IPoolConnection connection) => await connection.Jobs.ReadAsync().AsTask().WaitAsync(Patience);

    private protected static Task<SubmitResult> SubmitAsync(IPoolConnection connection, PoolJob job, uint extraNonce = 1, uint nonce = 2) =>
        connection.SubmitAsync(job, new() { JobSerial = job.Serial, ExtraNonce = extraNonce, Nonce = nonce, Hash = default }, default);

    // Step by step with the polling: on a busy machine a free-running clock would let requests time out.
    private protected async Task AdvanceUntilAsync(Func<bool> condition, string what)
    {
        for (var second = 0; !condition(); second++)
        {
            Assert.True(second < 100, $"did not come, however much time passed: {what}");
            var asked = Daemon.Asked.Count;
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => condition() || Daemon.Asked.Count > asked, what);
        }
    }

    private protected void ChangeTemplate(Action<JsonObject> change) => Daemon.Change["get_block_template"] = answer =>
    {
        change((JsonObject)answer["result"]!);
        return answer;
    };

    private protected static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
