namespace P2PMiner.Silo.History;

internal static partial class HistoryLog
{
    [LoggerMessage(9500, LogLevel.Warning, "history: {Path} is damaged ({Reason}): it is kept as {Kept} and a new one is begun")]
    public static partial void HistorySetAside(this ILogger logger, string path, string reason, string? kept);

    [LoggerMessage(9501, LogLevel.Warning, "history: {Path} cannot be written, mining goes on: {Reason}")]
    public static partial void HistoryNotWritten(this ILogger logger, string path, string reason);

    [LoggerMessage(9502, LogLevel.Information, "history: {Path} is written again")]
    public static partial void HistoryWrittenAgain(this ILogger logger, string path);

    [LoggerMessage(9503, LogLevel.Debug, "history: no answer for this look: {Reason}")]
    public static partial void NotSampled(this ILogger logger, string reason);

    [LoggerMessage(9504, LogLevel.Debug, "history: node {Node} gave none: {Reason}")]
    public static partial void NoHistory(this ILogger logger, string node, string reason);
}
