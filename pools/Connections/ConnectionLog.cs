namespace P2PMiner.Pools.Connections;

/// <summary>Events 2100 to 2199: what a connection to a pool reports, in any dialect.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(2111, LogLevel.Warning, "{Pool} sent a job that is ignored: {Reason}{LeftOut}")]
    public static partial void JobIgnored(this ILogger logger, string pool, string reason, string leftOut);

    [LoggerMessage(2112, LogLevel.Warning, "{Pool} sent job {JobId} again unchanged, ignored{LeftOut}")]
    public static partial void JobRepeated(this ILogger logger, string pool, string jobId, string leftOut);

    [LoggerMessage(2114, LogLevel.Warning, "{Pool} sent something that is ignored: {Reason}{LeftOut}")]
    public static partial void MessageIgnored(this ILogger logger, string pool, string reason, string leftOut);

    [LoggerMessage(2115, LogLevel.Information, "{Pool} says: {Text}")]
    public static partial void PoolSays(this ILogger logger, string pool, string text);

    [LoggerMessage(2116, LogLevel.Warning, "{Pool} sent a line that is skipped: {Reason}{LeftOut}")]
    public static partial void LineSkipped(this ILogger logger, string pool, string reason, string leftOut);

    [LoggerMessage(2117, LogLevel.Warning, "{Pool} sends more jobs than can be used; only the newest in each second counts{LeftOut}")]
    public static partial void JobsTooFast(this ILogger logger, string pool, string leftOut);

    [LoggerMessage(2118, LogLevel.Warning, "{Pool} asks for {Method}, which is not supported or asked for too often{LeftOut}")]
    public static partial void RequestRefused(this ILogger logger, string pool, string method, string leftOut);

    [LoggerMessage(2130, LogLevel.Warning, "{Pool} asks to reconnect to {Target}, outside its own domain: ignored")]
    public static partial void RedirectIgnored(this ILogger logger, string pool, string target);

    [LoggerMessage(2140, LogLevel.Information, "{Pool} TLS fingerprint {Fingerprint} (SHA-256, not pinned)")]
    public static partial void FingerprintUnpinned(this ILogger logger, string pool, string fingerprint);

    [LoggerMessage(2141, LogLevel.Warning, "{Pool} TLS fingerprint has changed to {Fingerprint} (SHA-256, not pinned)")]
    public static partial void FingerprintChanged(this ILogger logger, string pool, string fingerprint);
}
