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

    [LoggerMessage(7004, LogLevel.Information, "p2p-console needs no key at {Path} for members of group {Group}")]
    public static partial void ConsoleSocketOpen(this ILogger logger, string path, string group);

    [LoggerMessage(7005, LogLevel.Warning, "another p2p-miner answers at {Path}: there p2p-console reaches that one and not this one")]
    public static partial void ConsoleSocketTaken(this ILogger logger, string path);

    [LoggerMessage(7006, LogLevel.Warning, "{Path} cannot be opened, so p2p-console needs the cluster key: {Reason}")]
    public static partial void ConsoleSocketFailed(this ILogger logger, string path, string reason);

    [LoggerMessage(7007, LogLevel.Warning, "refused a connection at {Path}: {Reason}{LeftOut}")]
    public static partial void ConsoleRefused(this ILogger logger, string path, string reason, string leftOut);
}
