using P2PMiner.Jobs;

namespace P2PMiner.Grains.Pool;

/// <summary>A connection that has served its first job.</summary>
/// <param name="Since">Timestamp of that job.</param>
internal sealed record ActivePool(PoolEndpoint Endpoint, IPoolConnection Connection, PoolJob FirstJob, long Since);
