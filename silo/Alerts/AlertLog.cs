namespace P2PMiner.Silo.Alerts;

internal static partial class AlertLog
{
    [LoggerMessage(9700, LogLevel.Warning, "alerts: {Sink} at {Where} does not take a message, {Then}: {Reason}")]
    public static partial void SinkFails(this ILogger logger, string sink, string where, string reason, string then);

    [LoggerMessage(9701, LogLevel.Information, "alerts: {Sink} at {Where} takes messages again")]
    public static partial void SinkTakesAgain(this ILogger logger, string sink, string where);

    [LoggerMessage(9702, LogLevel.Information, "alert told: {Text}")]
    public static partial void AlertTold(this ILogger logger, string text);

    [LoggerMessage(9703, LogLevel.Information, "alerts: node {Node} has settings for them, which this node uses when it is master")]
    public static partial void AlertsHeard(this ILogger logger, string node);

    [LoggerMessage(9704, LogLevel.Debug, "alerts: node {Node} was not reached: {Reason}")]
    public static partial void AlertsNotShared(this ILogger logger, string node, string reason);

    [LoggerMessage(9705, LogLevel.Warning, "alerts: settings of node {Node} are refused: {Reason}")]
    public static partial void AlertsRefused(this ILogger logger, string node, string reason);

    [LoggerMessage(9706, LogLevel.Error, "alerts: this look failed, the next follows")]
    public static partial void LookFailed(this ILogger logger, Exception error);

    [LoggerMessage(9707, LogLevel.Error, "alerts: {Sink} failed in a way that it should not, and the message is lost")]
    public static partial void SendFailed(this ILogger logger, string sink, Exception error);
}
