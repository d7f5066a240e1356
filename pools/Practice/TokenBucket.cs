namespace P2PMiner.Pools.Practice;

/// <summary>Lets <paramref name="burst"/> requests through at once and <paramref name="perSecond"/> in the long run.</summary>
internal sealed class TokenBucket(double perSecond, double burst, TimeProvider clock)
{
    private double _spent;
    private long _filled = clock.GetTimestamp();

    /// <summary>Takes one token; returns how long the caller has to wait, zero if there was one.</summary>
    public TimeSpan Take()
    {
        var now = clock.GetTimestamp();
        _spent = Math.Max(0, _spent - clock.GetElapsedTime(_filled, now).TotalSeconds * perSecond) + 1;
        _filled = now;
        return _spent <= burst ? TimeSpan.Zero : TimeSpan.FromSeconds((_spent - burst) / perSecond);
    }
}
