using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>A connection that has served its first job.</summary>
/// <param name="since">Timestamp of that job.</param>
internal sealed class ActivePool(PoolEndpoint endpoint, IPoolConnection connection, PoolJob firstJob, long since)
{
    private int _handIns;

    public PoolEndpoint Endpoint => endpoint;

    public IPoolConnection Connection => connection;

    public PoolJob FirstJob => firstJob;

    public long Since => since;

    /// <summary>Shares are out on it that it has not answered.</summary>
    public bool OwesAnswers => Volatile.Read(ref _handIns) > 0;

    public void BeginHandIn() => Interlocked.Increment(ref _handIns);

    public void EndHandIn() => Interlocked.Decrement(ref _handIns);
}
