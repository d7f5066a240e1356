using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>What to do before the next attempt at a pool; the default: nothing.</summary>
/// <param name="Redirect">Where to make it instead.</param>
/// <param name="Change">Ends the pause.</param>
internal readonly record struct PoolPause(TimeSpan Length, PoolUrl? Redirect, CancellationToken Change);
