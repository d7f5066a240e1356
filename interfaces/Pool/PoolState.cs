namespace P2PMiner.Pool;

public enum PoolState
{
    /// <summary>No pool is configured.</summary>
    None = 0,
    Connecting = 1,
    Connected = 2,

    /// <summary>Between attempts.</summary>
    Waiting = 3,
}
