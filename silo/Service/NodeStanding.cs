using P2PMiner.Native;
using P2PMiner.Pool;

namespace P2PMiner.Silo.Service;

/// <summary>How the node stands, in the words of a service manager: whether it is ready, and one line for people.</summary>
/// <param name="Pool">Null: the silo does not run yet, or no master answers.</param>
/// <param name="IsMaster">Null: no master is known.</param>
/// <param name="Uptime">Since the start.</param>
internal readonly record struct NodeStanding(EngineStatus Engine, PoolStatus? Pool, bool? IsMaster, bool IsPaused, TimeSpan Uptime)
{
    /// <summary>A node that has nothing to do for so long waits for others. A pool's first job comes within a second or two.</summary>
    public static readonly TimeSpan Waits = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Hashing can begin, as the READY line says; or the silo runs and there is no pool, or none that gives work; or a worker finds no master. The node
    /// does what it can in each of these, and a service manager that went on waiting would end it.
    /// </summary>
    public bool IsReady => IsPrepared || (!IsPreparing && (Pool is { State: PoolState.None } || ((Pool is not null || IsMaster is null) && Uptime >= Waits)));

    public bool IsPreparing => Engine.Algorithm is not null && !IsPrepared;

    /// <summary>It hashes for a pool that takes its shares.</summary>
    public bool IsMining => !IsPaused && IsHashing && Pool is { State: PoolState.Connected };

    public string Text => this switch
    {
        { IsPaused: true } => "paused",
        { IsPreparing: true } => FormattableString.Invariant($"preparing: {Engine.Stage} {(int)(100 * Engine.DatasetProgress)}%"),
        { IsMaster: null } => $"waiting for a master{(IsHashing ? $", hashing at {Engine.Rates.Current}" : "")}",
        { Pool: null } => IsPrepared ? $"hashing at {Engine.Rates.Current}; the master does not answer" : "starting",
        { Pool.State: PoolState.None } => $"waiting for a pool: none is configured, {Role}",
        { Pool: { State: PoolState.Connected } pool } when IsHashing => $"mining at {Engine.Rates.Current} on {pool.Pool}, {Role}",
        { Pool: { State: PoolState.Connected } pool } => $"connected to {pool.Pool}, not hashing yet, {Role}",
        { Pool: var pool } => $"waiting for pool {pool.Pool}{(pool.LastError is null ? "" : $" ({pool.LastError})")}, {Role}",
    };

    private bool IsPrepared => Engine.Algorithm is not null && Engine.DatasetProgress >= 1;

    private bool IsHashing => IsPrepared && Engine.Rates.Current.PerSecond > 0;

    private string Role => IsMaster == true ? "master" : "worker";
}
