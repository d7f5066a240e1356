using P2PMiner.Hashing;

namespace P2PMiner.Grains.Peers;

internal static partial class PeerLog
{
    [LoggerMessage(5000, LogLevel.Information, "paused")]
    public static partial void Paused(this ILogger logger);

    [LoggerMessage(5001, LogLevel.Information, "resumed")]
    public static partial void Resumed(this ILogger logger);

    [LoggerMessage(5002, LogLevel.Error, "this node cannot mine: {Reason}")]
    public static partial void MiningFailed(this ILogger logger, string reason);

    [LoggerMessage(5008, LogLevel.Warning, "work could not be passed to the hashing threads: {Reason}; trying again")]
    public static partial void ThreadsCutOff(this ILogger logger, string reason);

    [LoggerMessage(5003, LogLevel.Warning, "no answer from the job grain: {Reason}; asking again")]
    public static partial void LeaseFailed(this ILogger logger, string reason);

    [LoggerMessage(5004, LogLevel.Warning, "share {Nonce:x8} could not be handed in: {Reason}")]
    public static partial void SubmitFailed(this ILogger logger, uint nonce, string reason);

    [LoggerMessage(5006, LogLevel.Information, "draining: this node takes no more work until it is resumed")]
    public static partial void Draining(this ILogger logger);

    [LoggerMessage(5007, LogLevel.Error, "this node is quarantined: its hashes were wrong, or it was told to by command; it gets no work until it is released")]
    public static partial void Quarantined(this ILogger logger);

    [LoggerMessage(5009, LogLevel.Warning,
        "this node had work of generation {False} that the job grain (now at {Right}) did not send; dropped")]
    public static partial void FalseWork(this ILogger logger, ulong @false, ulong right);

    [LoggerMessage(5005, LogLevel.Debug, "lease {LeaseId}: {Range} of generation {Generation}")]
    public static partial void UnitTaken(this ILogger logger, ulong leaseId, NonceRange range, ulong generation);
}
