using P2PMiner.Jobs;

namespace P2PMiner.Grains.Hashing;

/// <summary>Counts shares: of one node for its whole life, or of a session. Any thread.</summary>
public sealed class ShareTally(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly long _began = clock.GetTimestamp();
    private readonly Dictionary<ShareOutcome, long> _shares = [];
    private readonly List<double> _best = new(WorkCounts.MostBest + 1);   // ascending
    private double _credited;
    private long? _lastAccepted;

    public void Count(ShareOutcome outcome)
    {
        lock (_gate)
        {
            _shares[outcome] = _shares.GetValueOrDefault(outcome) + 1;
        }
    }

    /// <summary>An accepted share, besides <see cref="Count"/>.</summary>
    /// <param name="asked">The difficulty it had to reach.</param>
    /// <param name="reached">The one that its hash has.</param>
    public void Credit(double asked, double reached)
    {
        lock (_gate)
        {
            (_credited, _lastAccepted) = (_credited + asked, clock.GetTimestamp());
            var place = _best.BinarySearch(reached);
            _best.Insert(place < 0 ? ~place : place, reached);
            if (_best.Count > WorkCounts.MostBest)
            {
                _best.RemoveAt(0);
            }
        }
    }

    public TalliedShares Read()
    {
        lock (_gate)
        {
            return new(
                clock.GetElapsedTime(_began), new Dictionary<ShareOutcome, long>(_shares), _credited, [.. Enumerable.Reverse(_best)],
                _lastAccepted is { } last ? clock.GetElapsedTime(last) : null);
        }
    }
}
