using P2PMiner.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Jobs;

/// <summary>
/// Mean rates over the windows of <see cref="WorkCounts.Windows"/>, from counted hashes: a share more or less does not move them, as it would if they were
/// reckoned from shares. A window that is longer than the time counted so far is as long as that. 3 KB. One caller at a time.
/// </summary>
internal sealed class RateWindows(TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private readonly Steps _short = new(TimeSpan.FromSeconds(10), 60);
    private readonly Steps _long = new(TimeSpan.FromMinutes(5), 288);

    public ulong Total { get; private set; }

    public void Add(ulong hashes)
    {
        // First, so that what comes now belongs to the step that runs now.
        Advance();
        Total += hashes;
    }

    public IReadOnlyList<HashRate> Read()
    {
        var elapsed = Advance();
        return [.. WorkCounts.Windows.Select(window => (window <= _short.Longest ? _short : _long).Mean(window, elapsed, Total))];
    }

    private TimeSpan Advance()
    {
        var elapsed = clock.GetElapsedTime(_began);
        _short.Advance(elapsed, Total);
        _long.Advance(elapsed, Total);
        return elapsed;
    }

    /// <summary>The total at the beginning of each of the last steps, and of the one that runs.</summary>
    private sealed class Steps(TimeSpan step, int count)
    {
        private readonly ulong[] _totals = new ulong[count + 1];
        private long _now;

        public TimeSpan Longest => step * count;

        public void Advance(TimeSpan elapsed, ulong total)
        {
            var now = elapsed.Ticks / step.Ticks;
            for (var passed = Math.Max(_now + 1, now - count); passed <= now; passed++)
            {
                _totals[passed % _totals.Length] = total;
            }

            _now = now;
        }

        public HashRate Mean(TimeSpan window, TimeSpan elapsed, ulong total)
        {
            var from = Math.Max(0, _now - (window.Ticks / step.Ticks));
            var seconds = (elapsed - (step * from)).TotalSeconds;
            return seconds > 0 ? new((total - _totals[from % _totals.Length]) / seconds) : default;
        }
    }
}
