using P2PMiner.Hashing;

namespace P2PMiner.Pools.Daemon;

internal static partial class DaemonLog
{
    [LoggerMessage(2403, LogLevel.Debug, "{Daemon}: template at height {Height}, {Transactions} transactions, difficulty {Difficulty}")]
    public static partial void NewTemplate(this ILogger logger, string daemon, ulong height, int transactions, System.Numerics.BigInteger difficulty);

    [LoggerMessage(2404, LogLevel.Warning, "{Daemon} is busy: {Reason}")]
    public static partial void Busy(this ILogger logger, string daemon, string reason);

    [LoggerMessage(2405, LogLevel.Debug, "{Daemon} did not answer: {Reason}")]
    public static partial void NoAnswer(this ILogger logger, string daemon, string reason);

    [LoggerMessage(2406, LogLevel.Information, "{Daemon}: block {Id} at height {Height} accepted")]
    public static partial void BlockAccepted(this ILogger logger, string daemon, Hash256 id, ulong height);

    [LoggerMessage(2407, LogLevel.Warning, "{Daemon}: block {Id} at height {Height} not accepted: {Reason}")]
    public static partial void BlockRefused(this ILogger logger, string daemon, Hash256 id, ulong height, string reason);

    [LoggerMessage(2408, LogLevel.Warning, "{Zmq}: no block notices, so the daemon is polled every second instead: {Reason}")]
    public static partial void NoNotices(this ILogger logger, string zmq, string reason);

    [LoggerMessage(2409, LogLevel.Debug, "{Zmq}: still no block notices: {Reason}")]
    public static partial void StillNoNotices(this ILogger logger, string zmq, string reason);

    [LoggerMessage(2410, LogLevel.Information, "{Zmq}: block notices have resumed")]
    public static partial void NoticesAgain(this ILogger logger, string zmq);

    [LoggerMessage(2411, LogLevel.Warning, "{Daemon}: block {Id} at height {Height} waits: {Reason}")]
    public static partial void BlockWaits(this ILogger logger, string daemon, Hash256 id, ulong height, string reason);
}
