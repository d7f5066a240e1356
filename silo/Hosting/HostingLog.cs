namespace P2PMiner.Silo.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(9020, LogLevel.Critical, "this node computes wrong hashes and exits: {Fault}; check its memory and clock speeds")]
    public static partial void HashesWrongly(this ILogger logger, string fault);

    [LoggerMessage(9002, LogLevel.Debug, "session {Session} could not be reached: {Reason}")]
    public static partial void SessionNotReached(this ILogger logger, string session, string reason);

    [LoggerMessage(9003, LogLevel.Information, "working for the session of node {Session}")]
    public static partial void SessionJoined(this ILogger logger, string session);

    [LoggerMessage(9006, LogLevel.Warning, "refused the pools that the session of node {Session} reports: it claims {Changes} changes by command, which is impossible{LeftOut}")]
    public static partial void PoolsRefused(this ILogger logger, string session, int changes, string leftOut);

    [LoggerMessage(9007, LogLevel.Information, "the settings were read again; the cluster's pools are now {Pools}")]
    public static partial void PoolsReloaded(this ILogger logger, string pools);

    [LoggerMessage(9008, LogLevel.Information, "the settings were read again; the cluster's pools are those already: {Pools}")]
    public static partial void PoolsUnchanged(this ILogger logger, string pools);

    [LoggerMessage(9009, LogLevel.Error, "the settings were read again, and the pools stay as they are: {Reason}")]
    public static partial void ReloadRefused(this ILogger logger, string reason);

    [LoggerMessage(9014, LogLevel.Warning, "these settings have changed too, and a restart is needed for them: {Keys}")]
    public static partial void NeedsRestart(this ILogger logger, string keys);

    [LoggerMessage(9015, LogLevel.Warning, "who is paid? {Finding} Mining goes on, and may earn nothing.")]
    public static partial void WalletDoubtful(this ILogger logger, string finding);

    [LoggerMessage(9016, LogLevel.Information, "who is paid? {Finding}")]
    public static partial void WalletUnknown(this ILogger logger, string finding);

    [LoggerMessage(9017, LogLevel.Warning, "where this node listens could not be noted for other programs of this machine: {Reason}")]
    public static partial void NoteNotKept(this ILogger logger, string reason);

    [LoggerMessage(9010, LogLevel.Information, "a new cluster key, {Key}, is accepted until {Until}: a rotation has begun")]
    public static partial void KeyAccepted(this ILogger logger, string key, string until);

    [LoggerMessage(9011, LogLevel.Information, "this node now uses the new cluster key {Key}; the old one, {Former}, is accepted until {Until}")]
    public static partial void KeySwitched(this ILogger logger, string key, string former, string until);

    [LoggerMessage(9012, LogLevel.Information, "the cluster key {Key} is no longer accepted: its rotation was abandoned")]
    public static partial void KeyWithdrawn(this ILogger logger, string key);

    [LoggerMessage(9013, LogLevel.Error, "the rotated cluster key could not be stored: {Reason}")]
    public static partial void KeyNotStored(this ILogger logger, string reason);
}
