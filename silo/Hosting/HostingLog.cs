using System.Net;

namespace P2PMiner.Silo.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(9000, LogLevel.Information, "this node is master (term {Term}): it talks to the pool and deals out the work")]
    public static partial void Leading(this ILogger logger, ulong term);

    [LoggerMessage(9001, LogLevel.Information, "node {Master} at {Address} is master (term {Term}); this node works for it")]
    public static partial void Following(this ILogger logger, string master, IPAddress address, ulong term);

    [LoggerMessage(9002, LogLevel.Debug, "session {Session} not reached: {Reason}")]
    public static partial void SessionNotReached(this ILogger logger, string session, string reason);

    [LoggerMessage(9003, LogLevel.Information, "working for the session of node {Session}")]
    public static partial void SessionJoined(this ILogger logger, string session);
}
