using System.Globalization;

namespace P2PMiner;

/// <summary>How long something took or takes, for people: in logs, at the console and on the web page.</summary>
public static class DurationText
{
    /// <summary>"45 s", "3 min", "2 h 05 min" or "4 d 3 h", rounded down; a time below 0 counts as 0.</summary>
    public static string Of(TimeSpan time)
    {
        var invariant = CultureInfo.InvariantCulture;
        return time switch
        {
            { TotalDays: >= 1 } => string.Create(invariant, $"{time.Days} d {time.Hours} h"),
            { TotalHours: >= 1 } => string.Create(invariant, $"{time.Hours} h {time.Minutes:00} min"),
            { TotalMinutes: >= 1 } => string.Create(invariant, $"{time.Minutes} min"),
            _ => string.Create(invariant, $"{Math.Max(0, time.Seconds)} s"),
        };
    }
}
