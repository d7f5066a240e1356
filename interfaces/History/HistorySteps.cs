namespace P2PMiner.History;

/// <summary>The lengths of the steps. Buckets begin at whole multiples of them, in UTC.</summary>
public static class HistorySteps
{
    /// <summary>How long samples of a minute are kept.</summary>
    public static readonly TimeSpan MinutesKept = TimeSpan.FromHours(24);

    public static long Seconds(this HistoryStep step) => step == HistoryStep.Minute ? 60 : 600;

    public static TimeSpan Length(this HistoryStep step) => TimeSpan.FromSeconds(step.Seconds());

    /// <summary>The finest step that is kept for all of a range which ends now: minutes up to a day, else ten minutes.</summary>
    public static HistoryStep For(TimeSpan range) => range <= MinutesKept ? HistoryStep.Minute : HistoryStep.TenMinutes;

    /// <summary>Start of the bucket that holds a moment, in unix seconds.</summary>
    public static long BucketOf(this HistoryStep step, long unixSeconds)
    {
        var seconds = step.Seconds();
        return unixSeconds - (((unixSeconds % seconds) + seconds) % seconds);
    }
}
