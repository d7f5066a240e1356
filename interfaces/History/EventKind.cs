namespace P2PMiner.History;

/// <summary>What a <see cref="HistoryEvent"/> tells of. These words are stored and shown: never change one.</summary>
public static class EventKind
{
    /// <summary>A node's program has started.</summary>
    public const string Started = "started";

    /// <summary>It was told to stop.</summary>
    public const string Stopped = "stopped";

    /// <summary>Another node is master.</summary>
    public const string Master = "master";

    /// <summary>The cluster mines at another pool, by command or for the first time.</summary>
    public const string Pool = "pool";

    /// <summary>The connection to the pool has ended, or none can be made.</summary>
    public const string PoolLost = "pool-lost";

    /// <summary>The same pool serves again.</summary>
    public const string PoolBack = "pool-back";

    /// <summary>Another pool serves because the one before was lost, or the preferred one serves again.</summary>
    public const string Failover = "failover";

    public const string Quarantined = "quarantined";
    public const string Released = "released";

    /// <summary>A node takes part, for the first time or again.</summary>
    public const string Joined = "joined";

    /// <summary>A node is no longer in the cluster, or silent.</summary>
    public const string Lost = "lost";

    /// <summary>A node that was lost is no longer waited for.</summary>
    public const string Removed = "removed";

    /// <summary>Mining on a node was paused or told to drain, by a person.</summary>
    public const string Paused = "paused";

    public const string Resumed = "resumed";

    /// <summary>A node cannot mine.</summary>
    public const string Failed = "failed";

    /// <summary>Threads, pools or algorithms were changed.</summary>
    public const string Settings = "settings";

    /// <summary>A person has done something by a node's web page. What becomes of it is another event.</summary>
    public const string Steered = "steered";

    /// <summary>The owner was told that something has become bad, or news. The rule's word follows, as in "alert:node-lost".</summary>
    public const string Alert = "alert:";

    /// <summary>The owner was told that it is well again; likewise.</summary>
    public const string AlertEnd = "alert-end:";
}
