namespace P2PMiner.Datasets;

/// <summary>Why a dataset host refuses a peer's request. All of these are expected; none is an exception.</summary>
public enum HostRefusalReason
{
    /// <summary>It has no dataset of that seed and algorithm, or no longer has it.</summary>
    NotReady = 0,

    /// <summary>Its queue is full.</summary>
    Busy = 1,

    /// <summary>As many requests of this peer are waiting as one peer may have.</summary>
    Quota = 2,

    /// <summary>Its own mining leaves no core idle, or its owner does not lend any.</summary>
    NoThreads = 3,

    /// <summary>
    /// The request exceeds a limit and will never be accepted. Current nodes refuse such a call as a whole, see <see cref="WireGate"/>.
    /// </summary>
    Malformed = 4,
}
