using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>Makes connections that serve: connects, logs in and awaits the first job. Any thread.</summary>
internal sealed class PoolLogin(IEnumerable<IPoolConnector> connectors, PoolStatistics statistics, TimeProvider clock)
{
    /// <summary>A login without a job gives no work; the next pool may have some.</summary>
    private static readonly TimeSpan FirstJobLimit = TimeSpan.FromSeconds(20);

    private readonly IPoolConnector[] _connectors = [.. connectors];
    private ulong _lastSerial;

    public async Task<ActivePool> OpenAsync(PoolEndpoint endpoint, CancellationToken cancellation)
    {
        var connector = Array.Find(_connectors, candidate => candidate.Handles(endpoint))
            ?? throw new PoolLoginException($"nothing here speaks {endpoint.Url.Scheme}");
        var connection = await connector.ConnectAsync(endpoint, () => Interlocked.Increment(ref _lastSerial), statistics, cancellation);
        using var limit = new CancellationTokenSource(FirstJobLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var job = await ReadJobAsync(connection, either.Token);
            return new(endpoint, connection, job, clock.GetTimestamp());
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync();
            throw failure is OperationCanceledException && limit.IsCancellationRequested && !cancellation.IsCancellationRequested
                ? new TimeoutException($"no job within {FirstJobLimit.TotalSeconds:0} s of the login") : failure;
        }
    }

    /// <summary>The newest job that is waiting. Throws what ended the connection.</summary>
    public static async Task<PoolJob> ReadJobAsync(IPoolConnection connection, CancellationToken cancellation)
    {
        while (await connection.Jobs.WaitToReadAsync(cancellation))
        {
            PoolJob? newest = null;
            while (connection.Jobs.TryRead(out var job))
            {
                newest = job;
            }

            if (newest is not null)
            {
                return newest;
            }
        }

        throw new IOException("the connection ended");
    }
}
