namespace P2PMiner.Pools.Practice;

/// <summary>Counts since the start, as of one moment.</summary>
public sealed record PracticePoolStatistics
{
    /// <summary>Open now, logged in or not.</summary>
    public required int Connections { get; init; }

    public required int LoggedIn { get; init; }

    public required long ConnectionsTotal { get; init; }

    /// <summary>Closed at once: banned, or too many of them.</summary>
    public required long ConnectionsRefused { get; init; }

    public required ulong Height { get; init; }

    public required long Accepted { get; init; }

    /// <summary>Only the kinds that occurred.</summary>
    public required IReadOnlyDictionary<PracticeRefusal, long> Refused { get; init; }

    /// <summary>How long after a new block the latest share of an earlier block was judged; zero: there was none.</summary>
    public required TimeSpan LongestLate { get; init; }

    /// <summary>Sum of the difficulties of all accepted shares.</summary>
    public required double HashesCredited { get; init; }
}
