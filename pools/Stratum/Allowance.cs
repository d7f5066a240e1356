namespace P2PMiner.Pools.Stratum;

/// <summary>Allows <paramref name="burst"/> things at once and one a second in the long run. One caller at a time.</summary>
internal sealed class Allowance(int burst, TimeProvider clock)
{
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(1);

    private readonly long _start = clock.GetTimestamp();

    /// <summary>When all that was allowed would be used up at one a second.</summary>
    private TimeSpan _usedUntil;

    public bool TryTake()
    {
        var now = clock.GetElapsedTime(_start);
        var used = (_usedUntil > now ? _usedUntil : now) + Each;
        if (used - now > burst * Each)
        {
            return false;
        }

        _usedUntil = used;
        return true;
    }
}
