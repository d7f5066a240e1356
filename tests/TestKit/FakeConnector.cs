using System.Threading.Channels;
using P2PMiner.Pools.Connections;

namespace P2PMiner.TestKit;

/// <summary>Hands each attempt to connect to the test.</summary>
internal sealed class FakeConnector : IPoolConnector
{
    private readonly Channel<FakeAttempt> _attempts = Channel.CreateUnbounded<FakeAttempt>();

    public bool Handles(PoolEndpoint endpoint) => true;

    /// <summary>Attempts that were made and not read.</summary>
    public int Unread => _attempts.Reader.Count;

    public Task<FakeAttempt> AttemptAsync() => _attempts.Reader.ReadAsync().AsTask();

    public Task<IPoolConnection> ConnectAsync(PoolEndpoint endpoint, Func<ulong> nextSerial, PoolStatistics statistics, CancellationToken cancellation)
    {
        var attempt = new FakeAttempt(endpoint, nextSerial, statistics);
        _attempts.Writer.TryWrite(attempt);
        return attempt.Result.WaitAsync(cancellation);
    }
}
