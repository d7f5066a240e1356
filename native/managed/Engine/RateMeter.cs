using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// Mean hash rates over wall-clock windows. One running total and its value at each whole second since the start: a window's mean is
/// the difference to the total at its beginning, whatever the slices' lengths. Safe from any thread; adding allocates nothing.
/// </summary>
internal sealed class RateMeter(TimeProvider clock)
{
    private const int RingSeconds = 15 * 60 + 1;

    private readonly Lock _gate = new();
    private readonly ulong[] _totalAtSecond = new ulong[RingSeconds];
    private long _started;
    private long _second = -1;
    private ulong _total;
    private double _highest;

    /// <summary>Starts the clock of the windows, if it does not run yet: at the beginning of the first slice, not at its end.</summary>
    public void Start()
    {
        lock (_gate)
        {
            Advance();
        }
    }

    public void Add(ulong hashes)
    {
        lock (_gate)
        {
            Advance();
            _total += hashes;
        }
    }

    public HashRates Read()
    {
        lock (_gate)
        {
            if (_second < 0)
            {
                return default;
            }

            Advance();
            var tenSeconds = Mean(10);
            var sinceStart = clock.GetElapsedTime(_started).TotalSeconds;
            return new()
            {
                TenSeconds = tenSeconds,
                Minute = Mean(60),
                QuarterHour = Mean(RingSeconds - 1),
                Highest = _highest > 0 ? new HashRate(_highest) : null,
                Current = tenSeconds ?? new HashRate(sinceStart > 0 ? _total / sinceStart : 0),
                TotalHashes = _total,
            };
        }
    }

    private void Advance()
    {
        if (_second < 0)
        {
            _started = clock.GetTimestamp();
            _second = 0;
            _totalAtSecond[0] = _total;
            return;
        }

        // A second is closed when it has passed: what is added at its very end still belongs to it.
        var now = (clock.GetElapsedTime(_started).Ticks - 1) / TimeSpan.TicksPerSecond;
        if (now - _second >= RingSeconds)
        {
            // A pause longer than the ring: nothing in it is recent enough to count.
            Array.Fill(_totalAtSecond, _total);
            _second = now;
        }

        while (_second < now)
        {
            _second++;
            _totalAtSecond[_second % RingSeconds] = _total;
            if (_second >= 10)
            {
                _highest = Math.Max(_highest, (_total - _totalAtSecond[(_second - 10) % RingSeconds]) / 10.0);
            }
        }
    }

    private HashRate? Mean(int seconds)
    {
        var elapsed = clock.GetElapsedTime(_started).TotalSeconds;
        var from = (long)elapsed - seconds;
        return from < 0 ? null : new HashRate((_total - _totalAtSecond[from % RingSeconds]) / (elapsed - from));
    }
}
