using P2PMiner.Jobs;

namespace P2PMiner.Grains.Hashing;

/// <summary>One moment of a <see cref="ShareTally"/>.</summary>
/// <param name="Age">For how long it has counted.</param>
/// <param name="Shares">By outcome; one that never happened is left out.</param>
/// <param name="Credited">The sum of the difficulties that the accepted shares had to reach: the hashes that a pool credits.</param>
/// <param name="Best">The difficulties that the best accepted shares did reach, highest first, at most <see cref="WorkCounts.MostBest"/>.</param>
/// <param name="SinceAccepted">Time since the last accepted share; null: there was none.</param>
public sealed record TalliedShares(
    TimeSpan Age, IReadOnlyDictionary<ShareOutcome, long> Shares, double Credited, IReadOnlyList<double> Best, TimeSpan? SinceAccepted)
{
    public long Accepted => Shares.GetValueOrDefault(ShareOutcome.Accepted);

    public long Total => Shares.Values.Sum();
}
