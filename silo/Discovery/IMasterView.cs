namespace P2PMiner.Silo.Discovery;

/// <summary>Who is master and who lives, for the rooms that depend on it. Any thread.</summary>
internal interface IMasterView
{
    MasterView Current { get; }

    /// <summary>
    /// The current view, then each later one in which the decision, a peer's addresses or ports, or the set of peers differs. A slow reader misses
    /// views in between, never the last. Ends when discovery stops.
    /// </summary>
    IAsyncEnumerable<MasterView> WatchAsync(CancellationToken cancellation);
}
