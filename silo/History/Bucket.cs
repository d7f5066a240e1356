using P2PMiner.History;

namespace P2PMiner.Silo.History;

/// <summary>
/// The minute that is being observed. Which minute it is, the clock on the wall says; how long it was observed, the one that nobody sets. One caller at a time.
/// </summary>
internal sealed class Bucket(TimeProvider clock)
{
    /// <summary>A clock that was set back by no more is waited for: its minutes are written already.</summary>
    private static readonly TimeSpan WaitedFor = TimeSpan.FromMinutes(10);

    private long _start = NowIn(clock);
    private long _since = clock.GetTimestamp();
    private long? _written;

    /// <summary>How long to wait for the next look.</summary>
    public TimeSpan UntilLook(TimeSpan period)
    {
        var now = clock.GetUtcNow();
        var rest = DateTimeOffset.FromUnixTimeSeconds(NowIn(clock)) + HistoryStep.Minute.Length() - now;
        return rest < period ? rest : period;
    }

    /// <summary>Whether a minute is over; then the next one begins.</summary>
    /// <param name="start">Of the one that is over, in unix seconds.</param>
    /// <param name="observed">Since its beginning, or since this was made.</param>
    public bool IsOver(out long start, out TimeSpan observed)
    {
        (start, observed) = (_start, clock.GetElapsedTime(_since));
        var now = NowIn(clock);
        if (now == _start)
        {
            return false;
        }

        _start = now;
        if (_written is { } last && start <= last && last - start <= WaitedFor.TotalSeconds)
        {
            // What is observed meanwhile belongs to the first minute that is new.
            return false;
        }

        (_since, _written) = (clock.GetTimestamp(), start);
        return observed >= TimeSpan.FromSeconds(1);
    }

    private static long NowIn(TimeProvider clock) => HistoryStep.Minute.BucketOf(clock.GetUtcNow().ToUnixTimeSeconds());
}
