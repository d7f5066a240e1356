using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

internal static partial class RandomXLog
{
    [LoggerMessage(4100, LogLevel.Information,
        "dataset ready: {Mode} mode, {Megabytes} MB in {Seconds:F1} s, huge pages {Percent:F0}% {Pages}/{PagesWanted}")]
    public static partial void DatasetReady(this ILogger logger, string mode, ulong megabytes, double seconds, double percent, ulong pages, ulong pagesWanted);

    [LoggerMessage(4101, LogLevel.Information, "making the {Algorithm} dataset of seed {Seed} on {Threads} threads")]
    public static partial void DatasetStarted(this ILogger logger, string algorithm, string seed, int threads);

    /// <param name="rest">What more memory would give.</param>
    [LoggerMessage(EventId = 4102, Message = "memory: {Mode} mode takes {Megabytes} MB of the {FreeMegabytes} MB that hashing may use{Rest}")]
    public static partial void MemoryPlanned(this ILogger logger, LogLevel level, string mode, long megabytes, long freeMegabytes, string rest);

    [LoggerMessage(4103, LogLevel.Warning, "the system could not give {Megabytes} MB for the dataset, trying {Mode} mode with {LessMegabytes} MB")]
    public static partial void LessForFailedAllocation(this ILogger logger, long megabytes, string mode, long lessMegabytes);

    [LoggerMessage(4116, LogLevel.Information, "measuring how many RandomX hashes at once suit each of {Threads} threads best; up to {Seconds:F0} s, once for this machine")]
    public static partial void ShapeMeasuring(this ILogger logger, int threads, double seconds);

    [LoggerMessage(4117, LogLevel.Information, "measured in {Seconds:F1} s: {Shape} (the guess was {Guess})")]
    public static partial void ShapeMeasured(this ILogger logger, RandomXShape shape, double seconds, RandomXShape guess);
}
