using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>One attempt at a pool.</summary>
/// <param name="Rotation">The one that named the pool; by the end of the attempt another may be in force.</param>
/// <param name="Change">Cancelled when the pools change, which ends the attempt.</param>
internal readonly record struct PoolAttempt(PoolEndpoint Endpoint, PoolRotation Rotation, CancellationToken Change);
