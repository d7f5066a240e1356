using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

internal static partial class TuningLog
{
    [LoggerMessage(4413, LogLevel.Warning, "{Path} is not used: {Reason}")]
    public static partial void MeasurementsUnreadable(this ILogger logger, string path, string reason);

    [LoggerMessage(4414, LogLevel.Warning, "the measurements cannot be saved to {Path}: {Reason}")]
    public static partial void MeasurementNotKept(this ILogger logger, string path, string reason);
}
