namespace P2PMiner.Silo.Discovery;

/// <summary>
/// The times of an election: one beacon each <see cref="Interval"/>, dead after <see cref="Timeout"/> without any, silent for
/// <see cref="Settle"/> first.
/// </summary>
internal sealed record ElectionTiming(TimeSpan Interval, TimeSpan Timeout, TimeSpan Settle)
{
    /// <summary>How long a displaced best node waits before it claims again: enough to hear every node of the group it has met.</summary>
    public TimeSpan Reclaim => 2 * Interval;

    /// <summary>
    /// How long a settled node without a master waits for a better one that is still listening. A better node that keeps restarting costs
    /// no more than this.
    /// </summary>
    public TimeSpan Courtesy => Settle + 2 * Interval;

    /// <summary>Longest wait of a node that loses the mastership again and again, see <see cref="Election"/>.</summary>
    public TimeSpan MaxChallengeDelay => 16 * Settle;

    /// <summary>Losses further apart than this count as unrelated.</summary>
    public static TimeSpan LossMemory { get; } = TimeSpan.FromMinutes(10);
}
