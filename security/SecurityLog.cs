using Microsoft.Extensions.Logging;

namespace P2PMiner.Security;

internal static partial class SecurityLog
{
    [LoggerMessage(7000, LogLevel.Warning, "refused a connection from {Source}: {Reason} ({Held} more since the last such line)")]
    public static partial void Refused(this ILogger logger, string source, string reason, long held);

    [LoggerMessage(7001, LogLevel.Warning, "gave up a connection to {Source}: {Reason} ({Held} more since the last such line)")]
    public static partial void RefusedToConnect(this ILogger logger, string source, string reason, long held);

    [LoggerMessage(7002, LogLevel.Warning, "no file descriptors left (ulimit -n): connections to port {Port} wait until some are free{LeftOut}")]
    public static partial void NoFilesLeft(this ILogger logger, int port, string leftOut);

    [LoggerMessage(7003, LogLevel.Error, "a handshake failed in a way that no peer should be able to cause")]
    public static partial void HandshakeFailed(this ILogger logger, Exception error);
}
