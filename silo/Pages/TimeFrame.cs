using System.Globalization;
using P2PMiner.History;

namespace P2PMiner.Silo.Pages;

/// <summary>The time that a chart shows, cut into buckets. The last of them is the one that now lies in.</summary>
/// <param name="zone">Of the times that people read.</param>
internal sealed class TimeFrame(PageRange range, DateTimeOffset now, TimeZoneInfo zone)
{
    public PageRange Range { get; } = range;

    public DateTimeOffset To { get; } = Floor(now, range.Bucket) + range.Bucket;

    public DateTimeOffset From => To - Range.Length;

    /// <summary>One for each bucket; null: nothing was observed in it.</summary>
    /// <param name="samples">In order of time.</param>
    public IReadOnlyList<HistorySample?> Cut(IReadOnlyList<HistorySample> samples)
    {
        var buckets = new List<HistorySample>?[Range.Points];
        foreach (var sample in samples.Where(sample => sample.Start >= From && sample.Start < To))
        {
            (buckets[(int)((sample.Start - From) / Range.Bucket)] ??= []).Add(sample);
        }

        return [.. buckets.Select(bucket => bucket is null ? null : bucket.Count == 1 ? bucket[0] : HistorySample.Merge(bucket))];
    }

    public DateTimeOffset StartOf(int bucket) => From + (bucket * Range.Bucket);

    /// <summary>Where a moment lies between the left edge, 0, and the right edge, 1.</summary>
    public double X(DateTimeOffset time) => (time - From) / Range.Length;

    /// <summary>Whole hours, days and so on, as people's clocks have them, within the frame.</summary>
    public IEnumerable<(double X, string Text)> Ticks()
    {
        // From midnight on, so that a day with 23 or 25 hours moves no tick by more than that one hour.
        var midnight = TimeZoneInfo.ConvertTime(From, zone).Date;
        for (var tick = midnight; ; tick += Range.Tick)
        {
            var time = new DateTimeOffset(tick, zone.GetUtcOffset(tick));
            if (time >= To)
            {
                yield break;
            }

            if (time > From)
            {
                yield return (X(time), tick.ToString(Range.Tick >= TimeSpan.FromDays(1) ? "d MMM" : "HH:mm", CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>A moment in short: for the frame's length, the day is left out where it goes without saying.</summary>
    public string Text(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone)
        .ToString(Range.Length > TimeSpan.FromDays(1) ? "d MMM HH:mm" : "HH:mm", CultureInfo.InvariantCulture);

    private static DateTimeOffset Floor(DateTimeOffset time, TimeSpan bucket) => new(time.UtcTicks - (time.UtcTicks % bucket.Ticks), TimeSpan.Zero);
}
