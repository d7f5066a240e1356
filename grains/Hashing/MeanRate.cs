using P2PMiner.Hashing;

namespace P2PMiner.Grains.Hashing;

/// <summary>
/// The rate of one thread in hashes of mean cost, whatever the jobs at hand cost: what it would be, averaged over all jobs. Plain state, one caller at a time.
/// </summary>
internal sealed class MeanRate
{
    /// <summary>
    /// Time of hashing after which a slice counts a third: long enough to smooth slices, short enough to follow a machine that others use
    /// too.
    /// </summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private double _hashes;
    private double _seconds;

    /// <summary>0: not known yet.</summary>
    public HashRate OfThread => new(_seconds > 0 ? _hashes / _seconds : 0);

    /// <param name="cost">As of <see cref="HashCost"/>.</param>
    /// <param name="elapsed">Time that the thread spent on the hashes.</param>
    public void Count(ulong hashes, double cost, TimeSpan elapsed)
    {
        if (hashes == 0 || elapsed <= TimeSpan.Zero)
        {
            return;
        }

        var kept = Math.Exp(-elapsed / Memory);
        (_hashes, _seconds) = ((_hashes * kept) + (hashes * cost), (_seconds * kept) + elapsed.TotalSeconds);
    }
}
