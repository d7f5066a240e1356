namespace P2PMiner.Silo.Terminal;

/// <summary>Events 9200 to 9299: the lines and keys of the terminal.</summary>
internal static partial class ConsoleLog
{
    /// <summary>A line made for people or scripts, as it is.</summary>
    [LoggerMessage(9201, LogLevel.Information, "{Line}")]
    public static partial void Line(this ILogger logger, string line);

    [LoggerMessage(9202, LogLevel.Warning, "the node does not answer")]
    public static partial void NoAnswer(this ILogger logger, Exception error);

    [LoggerMessage(9203, LogLevel.Warning, "keys are no longer read")]
    public static partial void KeysLost(this ILogger logger, Exception error);
}
