using Microsoft.Extensions.Time.Testing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>A fake pool, and a connection to it that ends with the test. Time stands still until the test lets it pass.</summary>
public abstract class StratumConnectionFixture : IAsyncDisposable
{
    private ulong _serial;

    private protected FakePool Pool { get; } = new();

    private protected FakeTimeProvider Clock { get; } = new();

    private protected RecordingLogger Log { get; } = new();

    private protected PoolStatistics Statistics { get; } = new();

    /// <summary>Ends with the login, or with why there is none.</summary>
    private protected Task<IPoolConnection> Connecting { get; private set; } = Task.FromException<IPoolConnection>(
        new InvalidOperationException("not started"));

    /// <summary>From the first job on.</summary>
    private protected IPoolConnection Connection
        => Connecting.IsCompletedSuccessfully ? Connecting.Result : throw new InvalidOperationException("not logged in");

    public async ValueTask DisposeAsync()
    {
        if (Connecting.IsCompletedSuccessfully)
        {
            await Connection.DisposeAsync();
        }

        await Pool.DisposeAsync();
    }

    private protected PoolEndpoint Endpoint(PoolEntry entry, Algorithm algorithm)
    {
        Assert.True(PoolUrl.TryParse(entry.Url, out var url, out var error), error);
        return new(url, entry, [algorithm]);
    }

    private protected async Task<FakePoolClient> StartAsync(IPoolConnector connector, PoolEndpoint endpoint)
    {
        Connecting = connector.ConnectAsync(endpoint, () => ++_serial, Statistics, default);
        return await Pool.AcceptAsync();
    }

    private protected async Task<PoolJob> FirstJobAsync()
    {
        await Eventually.ComesAsync(Connecting, "login");
        return await NextJobAsync();
    }

    private protected Task<PoolJob> NextJobAsync() => Eventually.ComesAsync(Connection.Jobs.ReadAsync().AsTask(), "job");

    private protected Task<T> EndAsync<T>()
        where T : Exception => Eventually.ComesAsync(Assert.ThrowsAsync<T>(() => Connection.Jobs.Completion), "end of the connection");
}
