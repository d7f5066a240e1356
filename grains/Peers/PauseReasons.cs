namespace P2PMiner.Grains.Peers;

/// <summary>Why this node does not mine as it could. Each reason comes and goes by itself: ending one does not end another.</summary>
[Flags]
internal enum PauseReasons
{
    None = 0,

    /// <summary>A person said so.</summary>
    Paused = 1,

    /// <summary>Takes no more work; what the threads have is finished and handed in.</summary>
    Draining = 2,

    /// <summary>
    /// The job grain says so. The node goes on asking it for work: getting some is how it hears of its release if that message was lost.
    /// </summary>
    Quarantined = 4,

    /// <summary>The threads are being measured.</summary>
    Benching = 8,

    /// <summary>The silo ends. There is no way back from this one.</summary>
    Over = 16,
}
