namespace P2PMiner.Silo.Service;

/// <summary>Events 9400 to 9499: being a service.</summary>
internal static partial class ServiceLog
{
    [LoggerMessage(9400, LogLevel.Warning, "the service manager cannot be told how this node stands (NOTIFY_SOCKET): {Reason}")]
    public static partial void NotNotified(this ILogger logger, string reason);
}
