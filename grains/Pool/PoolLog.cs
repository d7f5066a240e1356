using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Pool;

/// <summary>Events 2000 to 2099: the pool session. Scripts read some of these lines, so their words are fixed.</summary>
internal static partial class PoolLog
{
    public static void NewJob(this ILogger logger, PoolJob job)
        => logger.NewJob(job.Pool, DifficultyOf(job), job.Algorithm.WireName(), job.Height is { } height ? $" height {height}" : "");

    public static void ShareAccepted(this ILogger logger, PoolJob job, long accepted, long rejected, TimeSpan roundTrip)
        => logger.ShareAccepted(accepted, rejected, DifficultyOf(job), (long)roundTrip.TotalMilliseconds);

    public static void ShareRejected(this ILogger logger, PoolJob job, long accepted, long rejected, string reason, TimeSpan roundTrip)
        => logger.ShareRejected(accepted, rejected, DifficultyOf(job), reason, (long)roundTrip.TotalMilliseconds);

    [LoggerMessage(2000, LogLevel.Information, "use pool {Pool}{Connection}")]
    public static partial void UsePool(this ILogger logger, string pool, string connection);

    [LoggerMessage(2001, LogLevel.Warning, "{Pool} connect error: \"{Reason}\"")]
    public static partial void ConnectError(this ILogger logger, string pool, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "{Pool} connection lost: \"{Reason}\"")]
    public static partial void ConnectionLost(this ILogger logger, string pool, string reason);

    [LoggerMessage(2003, LogLevel.Warning, "no active pools, stop mining")]
    public static partial void StopMining(this ILogger logger);

    [LoggerMessage(2004, LogLevel.Warning, "no pool is configured, nothing to mine")]
    public static partial void NoPool(this ILogger logger);

    [LoggerMessage(2008, LogLevel.Information, "switching to {Pool}")]
    public static partial void Switched(this ILogger logger, string pool);

    [LoggerMessage(2007, LogLevel.Information, "{Pool} is removed")]
    public static partial void PoolRemoved(this ILogger logger, string pool);

    [LoggerMessage(2005, LogLevel.Information, "{Pool} answers again, going back to it")]
    public static partial void FailBack(this ILogger logger, string pool);

    [LoggerMessage(2006, LogLevel.Debug, "{Pool} still fails: \"{Reason}\"")]
    public static partial void FailBackError(this ILogger logger, string pool, string reason);

    [LoggerMessage(2009, LogLevel.Information, "the pools of the cluster are: {Pools}")]
    public static partial void PoolsTaken(this ILogger logger, string pools);

    [LoggerMessage(2019, LogLevel.Warning, "refused the pools that node {Node} reports: it claims {Changes} changes by command, which is impossible{LeftOut}")]
    public static partial void PoolsRefused(this ILogger logger, string node, int changes, string leftOut);

    [LoggerMessage(2010, LogLevel.Information, "new job from {Pool} diff {Difficulty} algo {Algorithm}{Height}")]
    private static partial void NewJob(this ILogger logger, string pool, string difficulty, string algorithm, string height);

    [LoggerMessage(2013, LogLevel.Error, "a job from {Pool} could not be passed on")]
    public static partial void JobNotPassedOn(this ILogger logger, Exception failure, string pool);

    [LoggerMessage(2020, LogLevel.Information, "accepted ({Accepted}/{Rejected}) diff {Difficulty} ({Milliseconds} ms)")]
    private static partial void ShareAccepted(this ILogger logger, long accepted, long rejected, string difficulty, long milliseconds);

    [LoggerMessage(2021, LogLevel.Warning, "rejected ({Accepted}/{Rejected}) diff {Difficulty} \"{Reason}\" ({Milliseconds} ms)")]
    private static partial void ShareRejected(this ILogger logger, long accepted, long rejected, string difficulty, string reason, long milliseconds);

    [LoggerMessage(2022, LogLevel.Warning, "share {Nonce:x8} of job {JobId} is lost: {Reason}")]
    public static partial void ShareLost(this ILogger logger, uint nonce, string jobId, string reason);

    [LoggerMessage(2031, LogLevel.Information, "{Pool} asks to reconnect to {Target}")]
    public static partial void RedirectFollowed(this ILogger logger, string pool, string target);

    private static string DifficultyOf(PoolJob job) => job.Target.Difficulty.ToString(CultureInfo.InvariantCulture);
}
