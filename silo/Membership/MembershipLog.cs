using System.Net;

namespace P2PMiner.Silo.Membership;

internal static partial class MembershipLog
{
    [LoggerMessage(8000, LogLevel.Information, "serving the membership table in term {Term}: version {Version}, {Silos}, from {Answers} of {Nodes} nodes")]
    public static partial void Serving(this ILogger logger, ulong term, int version, string silos, int answers, int nodes);

    [LoggerMessage(8001, LogLevel.Information, "stopped serving the membership table of term {Term}: term {Higher} has begun")]
    public static partial void Stopped(this ILogger logger, ulong term, ulong higher);

    [LoggerMessage(8002, LogLevel.Information, "node {Node} did not hand over its table: {Reason}")]
    public static partial void NotHandedOver(this ILogger logger, string node, string reason);

    [LoggerMessage(8003, LogLevel.Warning, "dropped a table connection of node {Node} at {Address}: {Reason}{LeftOut}")]
    public static partial void Dropped(this ILogger logger, string node, IPAddress address, string reason, string leftOut);

    [LoggerMessage(8004, LogLevel.Information, "no answer from master {Node} of term {Term} yet: {Reason}")]
    public static partial void NoMaster(this ILogger logger, string node, ulong term, string reason);

    [LoggerMessage(8014, LogLevel.Debug, "this node is master of term {Term} and does not serve the membership table yet: {Reason}")]
    public static partial void NotServingYet(this ILogger logger, ulong term, string reason);

    [LoggerMessage(8013, LogLevel.Warning, "the membership table of node {Node} at {Address} cannot be used: {Reason}")]
    public static partial void OtherVersion(this ILogger logger, string node, IPAddress address, string reason);

    [LoggerMessage(8005, LogLevel.Warning, "this node's silo is {State} in the table of term {Term}: its host is rebuilt")]
    public static partial void Orphaned(this ILogger logger, string state, ulong term);

    [LoggerMessage(8006, LogLevel.Error, "the membership table cannot be taken over in term {Term}")]
    public static partial void NotTakenOver(this ILogger logger, Exception error, ulong term);

    [LoggerMessage(8007, LogLevel.Warning, "the silo cannot continue: {Reason}")]
    public static partial void SiloFailed(this ILogger logger, string reason);

    [LoggerMessage(8008, LogLevel.Warning, "rebuilding the silo's host ({Count} of {Limit}): {Reason}")]
    public static partial void Rebuilding(this ILogger logger, int count, int limit, string reason);

    [LoggerMessage(8009, LogLevel.Error, "the silo's host was rebuilt {Limit} times: this process exits so that the service manager restarts it")]
    public static partial void TooManyRebuilds(this ILogger logger, int limit);

    [LoggerMessage(8010, LogLevel.Error, "the silo's old host did not stop cleanly: {Reason}")]
    public static partial void StopFailed(this ILogger logger, string reason);

    [LoggerMessage(8011, LogLevel.Error, "the membership coordinator failed and continues")]
    public static partial void CoordinatorFailed(this ILogger logger, Exception error);

    [LoggerMessage(8012, LogLevel.Warning, "{Path} is damaged ({Reason}): it is kept as {Kept} and a new one is created")]
    public static partial void TableSetAside(this ILogger logger, string path, string reason, string? kept);
}
