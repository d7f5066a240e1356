namespace P2PMiner.Peers;

public enum PeerState
{
    /// <summary>No work: the pool has sent no job, or the nonces of the job are used up.</summary>
    Idle = 0,

    /// <summary>Making the dataset of the job's seed.</summary>
    Preparing = 1,

    Mining = 2,

    /// <summary>Stopped by a person, until told to resume.</summary>
    Paused = 3,

    /// <summary>The engine failed or gave a wrong hash in its self-test: this node does not mine.</summary>
    Failed = 4,

    /// <summary>Told to take no more work; the threads finish what they are hashing, and it is handed in.</summary>
    Draining = 5,

    /// <summary>No work is left, until told to resume: the node can be stopped without a loss.</summary>
    Drained = 6,

    /// <summary>Gets no work because it computed wrong hashes, or by a person's command; until released.</summary>
    Quarantined = 7,
}
