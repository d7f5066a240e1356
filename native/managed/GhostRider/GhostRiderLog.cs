using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

internal static partial class GhostRiderLog
{
    [LoggerMessage(4210, LogLevel.Information, "measuring how many GhostRider hashes at once suit each of {Threads} threads best; up to {Seconds:F0} s, once for this machine")]
    public static partial void LanesMeasuring(this ILogger logger, int threads, double seconds);

    [LoggerMessage(4211, LogLevel.Information, "lanes measured in {Seconds:F1} s: {Lanes} (the guess was {Guess})")]
    public static partial void LanesMeasured(this ILogger logger, LaneDepths lanes, double seconds, LaneDepths guess);

    [LoggerMessage(4212, LogLevel.Information, "ready for GhostRider: scratchpads of {Megabytes} MB for {Threads} threads, huge pages {Pages}/{PagesWanted}, {Detail}")]
    public static partial void PadsReady(this ILogger logger, ulong megabytes, int threads, ulong pages, ulong pagesWanted, string detail);
}
