using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

internal static partial class EngineLog
{
    [LoggerMessage(4000, LogLevel.Information,
        "dataset ready: {Mode} mode, {Megabytes} MB in {Seconds:F1} s, huge pages {Percent:F0}% {Pages}/{PagesWanted}")]
    public static partial void DatasetReady(this ILogger logger, string mode, ulong megabytes, double seconds, double percent, ulong pages, ulong pagesWanted);

    [LoggerMessage(4001, LogLevel.Information, "making the {Algorithm} dataset of seed {Seed} on {Threads} threads")]
    public static partial void DatasetStarted(this ILogger logger, string algorithm, string seed, int threads);

    /// <param name="rest">What more memory would give.</param>
    [LoggerMessage(EventId = 4002, Message = "memory: {Mode} mode takes {Megabytes} MB of the {FreeMegabytes} MB that hashing may use{Rest}")]
    public static partial void MemoryPlanned(this ILogger logger, LogLevel level, string mode, long megabytes, long freeMegabytes, string rest);

    [LoggerMessage(4003, LogLevel.Warning, "the system could not give {Megabytes} MB for the dataset, trying {Mode} mode with {LessMegabytes} MB")]
    public static partial void LessForFailedAllocation(this ILogger logger, long megabytes, string mode, long lessMegabytes);

    [LoggerMessage(4004, LogLevel.Error, "{What} could not be prepared: {Reason}")]
    public static partial void PreparationFailed(this ILogger logger, string what, string reason);

    [LoggerMessage(4005, LogLevel.Warning, "{Thread}: the system refuses {What}")]
    public static partial void ThreadSettingRefused(this ILogger logger, string thread, string what);

    [LoggerMessage(4006, LogLevel.Error, "{Thread}: slice failed: {Reason}")]
    public static partial void SliceFailed(this ILogger logger, string thread, string reason);

    [LoggerMessage(4007, LogLevel.Information, "hashing threads: {Before} -> {Now}")]
    public static partial void ThreadsChanged(this ILogger logger, int before, int now);

    [LoggerMessage(4008, LogLevel.Information, "preparing the dataset of the next seed {Seed} in the background")]
    public static partial void NextSeedStarted(this ILogger logger, string seed);

    [LoggerMessage(4015, LogLevel.Information, "the cache of the next seed {Seed} is prepared; its dataset takes the memory of the present one")]
    public static partial void NextCacheMade(this ILogger logger, string seed);

    [LoggerMessage(4010, LogLevel.Information, "measuring how many GhostRider hashes at once suit each of {Threads} threads best; up to {Seconds:F0} s, once for this machine")]
    public static partial void LanesMeasuring(this ILogger logger, int threads, double seconds);

    [LoggerMessage(4011, LogLevel.Information, "lanes measured in {Seconds:F1} s: {Lanes} (the guess was {Guess})")]
    public static partial void LanesMeasured(this ILogger logger, LaneDepths lanes, double seconds, LaneDepths guess);

    [LoggerMessage(4012, LogLevel.Information, "ready for GhostRider: scratchpads of {Megabytes} MB for {Threads} threads, huge pages {Pages}/{PagesWanted}, {Detail}")]
    public static partial void PadsReady(this ILogger logger, ulong megabytes, int threads, ulong pages, ulong pagesWanted, string detail);

    [LoggerMessage(4013, LogLevel.Warning, "{Path} is not used: {Reason}")]
    public static partial void MeasurementsUnreadable(this ILogger logger, string path, string reason);

    [LoggerMessage(4014, LogLevel.Warning, "the measurements cannot be saved to {Path}: {Reason}")]
    public static partial void MeasurementNotKept(this ILogger logger, string path, string reason);

    [LoggerMessage(4016, LogLevel.Information, "measuring how many RandomX hashes at once suit each of {Threads} threads best; up to {Seconds:F0} s, once for this machine")]
    public static partial void ShapeMeasuring(this ILogger logger, int threads, double seconds);

    [LoggerMessage(4017, LogLevel.Information, "measured in {Seconds:F1} s: {Shape} (the guess was {Guess})")]
    public static partial void ShapeMeasured(this ILogger logger, RandomXShape shape, double seconds, RandomXShape guess);

    [LoggerMessage(4009, LogLevel.Debug, "next seed {Seed} is not prepared ahead: {Reason}")]
    public static partial void NextSeedSkipped(this ILogger logger, string seed, string reason);
}
