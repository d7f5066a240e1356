using P2PMiner.Jobs;

namespace P2PMiner.Grains.Jobs;

internal static partial class JobLog
{
    [LoggerMessage(3000, LogLevel.Debug, "generation {Generation}: job {JobId} to {Peers} peers")]
    public static partial void JobSent(this ILogger logger, ulong generation, string? jobId, int peers);

    [LoggerMessage(3001, LogLevel.Warning, "share {Nonce:x8} of job {JobSerial} from node {Peer} lies outside its lease{LeftOut}")]
    public static partial void ShareOutsideLease(this ILogger logger, uint nonce, ulong jobSerial, string peer, string leftOut);

    [LoggerMessage(3002, LogLevel.Error, "node {Peer} computes wrong hashes: nonce {Nonce:x8} gives {Right}, it said {Wrong} ({Count} so far); check its memory and clock speeds")]
    public static partial void WrongHash(this ILogger logger, string peer, uint nonce, string right, string wrong, long count);

    [LoggerMessage(3003, LogLevel.Debug, "share {Nonce:x8} of job {JobSerial} from node {Peer}: {Outcome}")]
    public static partial void ShareDone(this ILogger logger, uint nonce, ulong jobSerial, string peer, ShareOutcome outcome);

    [LoggerMessage(3004, LogLevel.Warning, "all nonces of job {JobId} have been handed out; waiting for the next job")]
    public static partial void NoncesUsedUp(this ILogger logger, string jobId);

    [LoggerMessage(3012, LogLevel.Warning, "{Pool} allows only {Count} extra nonces and all are in use; some nodes share one, and so its nonces")]
    public static partial void ExtraNoncesUsedUp(this ILogger logger, string pool, ulong count);

    [LoggerMessage(3005, LogLevel.Warning, "node {Peer} did not take its work: {Reason}")]
    public static partial void AssignFailed(this ILogger logger, string peer, string reason);

    [LoggerMessage(3006, LogLevel.Error,
        "node {Peer} is quarantined: {Count} wrong hashes within {Time}; it gets no work and its shares are refused until p2p-console release {Peer}")]
    public static partial void Quarantined(this ILogger logger, string peer, int count, string time);

    [LoggerMessage(3007, LogLevel.Warning, "node {Peer} is quarantined by command; it gets no work until p2p-console release {Peer}")]
    public static partial void QuarantinedByCommand(this ILogger logger, string peer);

    [LoggerMessage(3008, LogLevel.Information, "node {Peer} is released from quarantine")]
    public static partial void Released(this ILogger logger, string peer);

    [LoggerMessage(3009, LogLevel.Warning, "node {Peer} has left the cluster; its work is abandoned")]
    public static partial void NodeGone(this ILogger logger, string peer);

    [LoggerMessage(3011, LogLevel.Warning, "a hash that a node and this one disagree on could not be recomputed from scratch: {Reason}")]
    public static partial void NotRecomputed(this ILogger logger, string reason);

    [LoggerMessage(3010, LogLevel.Warning, "node {Peer} has not reported for {Time}; its work is abandoned")]
    public static partial void NodeSilent(this ILogger logger, string peer, string time);
}
