using P2PMiner.Hashing;

namespace P2PMiner.Grains.Datasets;

internal static partial class DatasetLog
{
    [LoggerMessage(6000, LogLevel.Information, "remote hashing: node {Host} offers {Threads} threads; measuring for about 20 s")]
    public static partial void HostFound(this ILogger logger, string host, int threads);

    [LoggerMessage(6001, LogLevel.Information, "remote hashing: measured {Own} here in {Mode} mode, {Remote} at node {Host}, {Both} with both; using {Reason}")]
    public static partial void WayChosen(this ILogger logger, HashRate own, string mode, string host, HashRate remote, HashRate both, string reason);

    [LoggerMessage(6002, LogLevel.Warning, "remote hashing: left node {Host}: {Reason}; {Mode} mode here")]
    public static partial void HostLost(this ILogger logger, string host, string reason, string mode);

    [LoggerMessage(6003, LogLevel.Error, "remote hashing: node {Host} computes wrong hashes (nonce {Nonce:x8}); check its memory and clock speeds")]
    public static partial void HostWrong(this ILogger logger, string host, uint nonce);

    [LoggerMessage(6005, LogLevel.Information, "remote hashing: {Rate} at node {Host}")]
    public static partial void RemoteRate(this ILogger logger, HashRate rate, string host);

    [LoggerMessage(6004, LogLevel.Debug, "remote hashing: node {Host} did not hear of new work: {Reason}")]
    public static partial void PreemptFailed(this ILogger logger, string host, string reason);

    [LoggerMessage(6006, LogLevel.Debug, "remote hashing: node {Host} found nonce {Nonce:x8}, its hash is right")]
    public static partial void HostFoundShare(this ILogger logger, string host, uint nonce);

    [LoggerMessage(6007, LogLevel.Warning, "remote hashing: node {Host} found nonce {Nonce:x8}, which this node could not check: {Reason}; dropped")]
    public static partial void FindNotChecked(this ILogger logger, string host, uint nonce, string reason);
}
