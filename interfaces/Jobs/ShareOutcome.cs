namespace P2PMiner.Jobs;

/// <summary>The outcome of a share. All of these are expected; none is an exception.</summary>
public enum ShareOutcome
{
    /// <summary>The pool accepted it, or the daemon accepted the block.</summary>
    Accepted = 0,

    /// <summary>Its job is no longer worth anything: by our own knowledge, or because the pool said so.</summary>
    Stale = 1,

    /// <summary>The same nonce of the same blob was handed in before.</summary>
    Duplicate = 2,

    /// <summary>Its hash does not meet the target.</summary>
    LowDifficulty = 3,

    /// <summary>Recomputing gave another hash: the peer is wrong. Never sent to the pool.</summary>
    Invalid = 4,

    /// <summary>The nonce was not leased to that peer. Never sent to the pool.</summary>
    OutsideLease = 5,

    /// <summary>The pool refused it for another reason, which its text gives.</summary>
    Rejected = 6,

    /// <summary>The connection was lost and its job did not come back, or the master found that it hashes wrongly itself.</summary>
    Lost = 7,

    /// <summary>Its node is quarantined. Never sent to the pool.</summary>
    Quarantined = 8,
}
