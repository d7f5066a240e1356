namespace P2PMiner.Silo.Membership;

/// <summary>How an operation on the table ended.</summary>
internal enum TableOutcome
{
    Done = 0,

    /// <summary>Another write came first: the caller reads and decides again.</summary>
    Conflict = 1,

    /// <summary>The asked node does not serve the table (any more, or yet).</summary>
    NotMaster = 2,

    /// <summary>A hand-over was asked for under a term that the asked node knows to be past.</summary>
    OldTerm = 3,
}
