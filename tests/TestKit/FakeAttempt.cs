using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;

namespace P2PMiner.TestKit;

/// <summary>An attempt to connect that waits for the test to decide.</summary>
internal sealed class FakeAttempt(PoolEndpoint endpoint, Func<ulong> nextSerial, PoolStatistics statistics)
{
    private readonly TaskCompletionSource<IPoolConnection> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IPoolConnection> Result => _result.Task;

    public PoolEndpoint Endpoint => endpoint;

    /// <summary>Of the session that makes the attempt.</summary>
    public PoolStatistics Statistics => statistics;

    public string Host => endpoint.Url.Host;

    public void Fail(Exception? reason = null) => _result.SetException(reason ?? new IOException("refused by the test"));

    /// <summary>Logs in; without a job the pool stays silent after that.</summary>
    public FakeConnection Succeed(PoolJob? job = null)
    {
        var connection = new FakeConnection(nextSerial);
        if (job is not null)
        {
            connection.Serve(job);
        }

        _result.SetResult(connection);
        return connection;
    }
}
