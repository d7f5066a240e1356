namespace P2PMiner.Grains.Pool;

/// <summary>
/// Which pool is tried next, and after what pause. The first gets <see cref="PoolOptions.Retries"/> attempts, the others one each, then the round
/// begins again. Each pool has its own back-off, so a fresh one is tried at once, however long the one before it has failed.
/// </summary>
internal sealed class PoolRotation(int pools, PoolOptions options, Random random)
{
    /// <summary>A refused login does not pass quickly: the pause before the same pool is asked again grows by this factor.</summary>
    private const int RefusalFactor = 8;

    private readonly int[] _failuresInARow = new int[pools];
    private readonly bool[] _refused = new bool[pools];
    private int _attempts;

    /// <summary>Index of the pool to try.</summary>
    public int Current { get; private set; }

    /// <summary>The attempt at <see cref="Current"/> failed, or its connection ended early.</summary>
    /// <param name="refused">The pool answered and refused us: its remaining attempts would be wasted.</param>
    public void Failed(bool refused)
    {
        _failuresInARow[Current]++;
        _refused[Current] = refused;
        _attempts++;
        if (_attempts >= (Current == 0 ? options.Retries : 1) || refused)
        {
            _attempts = 0;
            Current = (Current + 1) % _failuresInARow.Length;
        }
    }

    /// <summary>The connection to <see cref="Current"/> lasted for a good while: it is tried again as if nothing had failed.</summary>
    public void Served()
    {
        _attempts = 0;
        _failuresInARow[Current] = 0;
        _refused[Current] = false;
    }

    /// <summary>The first pool took over.</summary>
    public void BackToFirst()
    {
        (Current, _attempts) = (0, 0);
        _failuresInARow[0] = 0;
        _refused[0] = false;
    }

    /// <summary>Before the next attempt: doubles with each failure of that pool; a fifth more or less, so that many miners do not come back at once.</summary>
    public TimeSpan Pause()
    {
        var failures = _failuresInARow[Current];
        if (failures == 0)
        {
            return TimeSpan.Zero;
        }

        var factor = _refused[Current] ? RefusalFactor : 1;
        var longest = options.LongestPause * factor;
        var pause = options.RetryPause * factor * Math.Pow(2, Math.Min(failures - 1, 30));
        return Jitter(pause < longest ? pause : longest);
    }

    /// <summary>Before a connection that served well is made again.</summary>
    public TimeSpan ShortPause() => Jitter(options.RetryPause);

    private TimeSpan Jitter(TimeSpan pause) => pause * (0.8 + (0.4 * random.NextDouble()));
}
