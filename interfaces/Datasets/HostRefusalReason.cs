namespace P2PMiner.Datasets;

/// <summary>Why a dataset host does not do what a peer asked for. All of these are expected; none is an exception.</summary>
public enum HostRefusalReason
{
    /// <summary>It holds no dataset of that seed and algorithm, or none any more.</summary>
    NotReady = 0,

    /// <summary>Its queue is full.</summary>
    Busy = 1,

    /// <summary>This peer has as much waiting there as one peer may have.</summary>
    Quota = 2,

    /// <summary>Its own mining leaves no core idle, or its owner lends none.</summary>
    NoThreads = 3,

    /// <summary>The request breaks a bound; it will never be taken. Nodes of today refuse such a call as a whole, see <see cref="WireGate"/>.</summary>
    Malformed = 4,
}
