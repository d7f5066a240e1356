namespace P2PMiner.Silo.Membership;

/// <summary>What the election has decided, as the table's roles need it. Thread-safe.</summary>
internal interface IMasterStates
{
    /// <summary>Null: nothing is decided yet.</summary>
    MasterState? Current { get; }

    /// <summary>The living nodes known now, without this one.</summary>
    IReadOnlyList<TablePeer> Peers { get; }

    /// <summary>The highest term the election knows of; whoever claims one far above it is not believed.</summary>
    ulong HighestTerm { get; }

    /// <summary>Waits until <see cref="Current"/> is a decision other than <paramref name="known"/>, and gives that.</summary>
    Task<MasterState> NextAsync(MasterState? known, CancellationToken cancellation);

    /// <summary>
    /// Tells the election of a term that was met on the table port. A master that stopped serving for the sake of a higher term serves again only
    /// after the election gave it a still higher one.
    /// </summary>
    void Learn(ulong term);
}
