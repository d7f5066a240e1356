namespace P2PMiner;

/// <summary>
/// How far a counter that nodes tell each other may be above what the receiver knows: terms, table versions, changes of the pools. Each
/// honest step adds one or a few, so a greater leap is a fault or an attack. If it were accepted, it would leave no room to count further,
/// and would outlive its sender.
/// </summary>
public static class CounterLimit
{
    /// <summary>An election takes seconds: a million of them, more than a month without a pause.</summary>
    public const int MaxStep = 1_000_000;

    /// <summary>True: refuse it, store nothing, and name its sender.</summary>
    /// <param name="claimed">What another node says.</param>
    /// <param name="known">The highest known here; a newcomer knows 0.</param>
    public static bool IsLeap(ulong claimed, ulong known) => claimed > known && claimed - known > MaxStep;

    /// <inheritdoc cref="IsLeap(ulong, ulong)"/>
    public static bool IsLeap(int claimed, int known) => claimed > (long)known + MaxStep;
}
