namespace P2PMiner.Silo.Output;

internal static partial class ConsoleLog
{
    /// <summary>A line made for people or scripts, as it is.</summary>
    [LoggerMessage(6001, LogLevel.Information, "{Line}")]
    public static partial void Line(this ILogger logger, string line);

    [LoggerMessage(6002, LogLevel.Warning, "The node does not answer")]
    public static partial void NoAnswer(this ILogger logger, Exception error);

    [LoggerMessage(6003, LogLevel.Warning, "Keys are no longer read")]
    public static partial void KeysLost(this ILogger logger, Exception error);
}
