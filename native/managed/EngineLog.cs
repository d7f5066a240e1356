using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

internal static partial class EngineLog
{
    [LoggerMessage(4000, LogLevel.Information,
        "dataset ready: {Mode} mode, {Megabytes} MB in {Seconds:F1} s, huge pages {Percent:F0}% {Pages}/{PagesWanted}")]
    public static partial void DatasetReady(this ILogger logger, string mode, ulong megabytes, double seconds, double percent, ulong pages, ulong pagesWanted);

    [LoggerMessage(4001, LogLevel.Information, "making the {Algorithm} dataset of seed {Seed} on {Threads} threads")]
    public static partial void DatasetStarted(this ILogger logger, string algorithm, string seed, int threads);

    [LoggerMessage(4002, LogLevel.Warning,
        "not enough memory for the dataset ({NeedMegabytes} MB needed, {FreeMegabytes} MB free): light mode, about 6 times slower; give --ram or free memory for fast mode")]
    public static partial void LightForLackOfMemory(this ILogger logger, long needMegabytes, long freeMegabytes);

    [LoggerMessage(4003, LogLevel.Warning,
        "the system gave no memory for the dataset ({NeedMegabytes} MB): light mode, about 6 times slower; free memory for fast mode")]
    public static partial void LightForFailedAllocation(this ILogger logger, long needMegabytes);

    [LoggerMessage(4004, LogLevel.Error, "dataset of seed {Seed} could not be made: {Reason}")]
    public static partial void DatasetFailed(this ILogger logger, string seed, string reason);

    [LoggerMessage(4005, LogLevel.Warning, "{Thread}: the system refuses {What}")]
    public static partial void ThreadSettingRefused(this ILogger logger, string thread, string what);

    [LoggerMessage(4006, LogLevel.Error, "{Thread}: slice failed: {Reason}")]
    public static partial void SliceFailed(this ILogger logger, string thread, string reason);

    [LoggerMessage(4007, LogLevel.Information, "hashing threads: {Before} -> {Now}")]
    public static partial void ThreadsChanged(this ILogger logger, int before, int now);

    [LoggerMessage(4008, LogLevel.Information, "preparing the dataset of the next seed {Seed} in the background")]
    public static partial void NextSeedStarted(this ILogger logger, string seed);

    [LoggerMessage(4009, LogLevel.Debug, "next seed {Seed} is not prepared ahead: {Reason}")]
    public static partial void NextSeedSkipped(this ILogger logger, string seed, string reason);
}
