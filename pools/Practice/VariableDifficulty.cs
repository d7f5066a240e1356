namespace P2PMiner.Pools.Practice;

/// <summary>
/// The difficulty of one miner, adjusted to its measured rate so that a share comes each <see cref="PracticePoolOptions.ShareInterval"/>.
/// Not thread-safe.
/// </summary>
internal sealed class VariableDifficulty(PracticePoolOptions options, TimeProvider clock)
{
    // 8 shares tell the rate within about a third; 4 are enough when they come in a rush, since only the order of magnitude counts then.
    private const int WindowShares = 8;
    private const int RushShares = 4;

    private long _windowStart = clock.GetTimestamp();
    private double _windowHashes;
    private int _windowShares;

    public ulong Current { get; private set; } = options.StartDifficulty;

    /// <summary>An accepted share of the given difficulty, which may be an earlier one than <see cref="Current"/>.</summary>
    public void Credit(double difficulty)
    {
        _windowHashes += difficulty;
        _windowShares++;
    }

    /// <summary>Forgets the shares of the current window: after a break, silence means nothing.</summary>
    public void Restart()
    {
        _windowStart = clock.GetTimestamp();
        (_windowHashes, _windowShares) = (0, 0);
    }

    /// <summary>Sets a difficulty instead of the one for the rate, within the limits. True when <see cref="Current"/> changed.</summary>
    public bool Set(ulong difficulty)
    {
        var before = Current;
        Current = Math.Clamp(difficulty, options.MinDifficulty, options.MaxDifficulty);
        return Current != before;
    }

    /// <summary>Called after each share and from time to time. True when <see cref="Current"/> changed.</summary>
    public bool Retarget()
    {
        var elapsed = clock.GetElapsedTime(_windowStart);
        var rush = _windowShares >= RushShares && elapsed < options.ShareInterval * _windowShares / 4;
        if (!rush && _windowShares < WindowShares && elapsed < options.ShareInterval * 10)
        {
            return false;
        }

        var rate = _windowHashes / Math.Max(elapsed.TotalSeconds, 1e-6);
        var wanted = Math.Clamp(rate * options.ShareInterval.TotalSeconds, Current / 4.0, Current * 16.0);
        var next = Math.Clamp((ulong)Math.Round(wanted), options.MinDifficulty, options.MaxDifficulty);
        Restart();

        // Small corrections are noise, and each costs every thread of the miner a new job.
        if (next == Current || (next > Current * 0.7 && next < Current * 1.4))
        {
            return false;
        }

        Current = next;
        return true;
    }
}
