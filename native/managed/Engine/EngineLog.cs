using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

internal static partial class EngineLog
{
    [LoggerMessage(4004, LogLevel.Error, "{What} could not be prepared: {Reason}")]
    public static partial void PreparationFailed(this ILogger logger, string what, string reason);

    [LoggerMessage(4006, LogLevel.Error, "{Thread}: slice failed: {Reason}")]
    public static partial void SliceFailed(this ILogger logger, string thread, string reason);

    [LoggerMessage(4007, LogLevel.Information, "hashing threads: {Before} -> {Now}")]
    public static partial void ThreadsChanged(this ILogger logger, int before, int now);

    [LoggerMessage(4008, LogLevel.Information, "preparing the dataset of the next seed {Seed} in the background")]
    public static partial void NextSeedStarted(this ILogger logger, string seed);

    [LoggerMessage(4009, LogLevel.Debug, "next seed {Seed} is not prepared ahead: {Reason}")]
    public static partial void NextSeedSkipped(this ILogger logger, string seed, string reason);

    [LoggerMessage(4015, LogLevel.Information, "the cache of the next seed {Seed} is prepared; its dataset takes the memory of the present one")]
    public static partial void NextCacheMade(this ILogger logger, string seed);
}
