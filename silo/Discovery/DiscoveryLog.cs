using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

internal static partial class DiscoveryLog
{
    [LoggerMessage(1000, LogLevel.Information, "beacons on UDP port {Port}, node {Node}, interfaces: {Interfaces}")]
    public static partial void Listening(this ILogger logger, int port, string node, string interfaces);

    [LoggerMessage(1001, LogLevel.Information, "election: {Decision}{LeftOut}")]
    public static partial void Decided(this ILogger logger, MasterDecision decision, string leftOut);

    [LoggerMessage(1002, LogLevel.Information, "node {Node} at {Address} is alive{LeftOut}")]
    public static partial void PeerFound(this ILogger logger, string node, IPAddress? address, string leftOut);

    [LoggerMessage(1003, LogLevel.Information, "node {Node} is silent{LeftOut}")]
    public static partial void PeerLost(this ILogger logger, string node, string leftOut);

    [LoggerMessage(1004, LogLevel.Warning, "beacon from {Source} dropped: {Reason} ({Count} of this kind so far){LeftOut}")]
    public static partial void Rejected(this ILogger logger, IPAddress source, BeaconRejection reason, long count, string leftOut);

    [LoggerMessage(1005, LogLevel.Warning, "beacon from {Source} dropped: its clock and ours differ by {Apart}, more than the {Limit} allowed; synchronise the clocks (NTP){LeftOut}")]
    public static partial void ClocksDiffer(this ILogger logger, IPAddress source, string apart, string limit, string leftOut);

    [LoggerMessage(1006, LogLevel.Error, "{Source} uses this node's id {Node}: a data folder was copied; delete the file node-id on one of the two{LeftOut}")]
    public static partial void SameNodeId(this ILogger logger, IPAddress source, NodeId node, string leftOut);

    [LoggerMessage(1007, LogLevel.Warning, "this process was stopped for {Gap}: it listens first before it may become master")]
    public static partial void Stalled(this ILogger logger, string gap);

    [LoggerMessage(1008, LogLevel.Warning, "no beacons over {Family}: {Reason}")]
    public static partial void SocketFailed(this ILogger logger, System.Net.Sockets.AddressFamily family, string reason);

    [LoggerMessage(1009, LogLevel.Warning, "no beacon could be sent to {Target}: {Reason}{LeftOut}")]
    public static partial void SendFailed(this ILogger logger, IPAddress target, string reason, string leftOut);

    [LoggerMessage(1010, LogLevel.Warning, "seed {Host} has no address: {Reason}")]
    public static partial void SeedUnknown(this ILogger logger, string host, string reason);

    [LoggerMessage(1011, LogLevel.Warning, "{Path} cannot be read, starting at term 0: {Reason}")]
    public static partial void StateUnreadable(this ILogger logger, string path, string reason);

    [LoggerMessage(1012, LogLevel.Warning, "{Path} cannot be written: {Reason}")]
    public static partial void StateUnwritable(this ILogger logger, string path, string reason);

    [LoggerMessage(1013, LogLevel.Warning, "network interfaces cannot be read: {Reason}")]
    public static partial void InterfacesUnreadable(this ILogger logger, string reason);

    [LoggerMessage(1014, LogLevel.Error, "a round of discovery failed")]
    public static partial void RoundFailed(this ILogger logger, Exception error);

    [LoggerMessage(1016, LogLevel.Information, "no beacons over UDP: node {Node} calls the table ports of {Hosts}")]
    public static partial void Calling(this ILogger logger, string node, string hosts);

    [LoggerMessage(1017, LogLevel.Information, "{Host} (--connect) answers at its table port: node {Node}")]
    public static partial void Reached(this ILogger logger, string host, string node);

    [LoggerMessage(1018, LogLevel.Warning, "{Host} (--connect) cannot be reached at its table port {TablePort}; it keeps trying: {Reason}")]
    public static partial void NotReached(this ILogger logger, string host, int tablePort, string reason);

    [LoggerMessage(1019, LogLevel.Debug, "{Host} cannot be reached at its table port {TablePort}: {Reason}")]
    public static partial void PeerNotReached(this ILogger logger, string host, int tablePort, string reason);

    [LoggerMessage(1021, LogLevel.Warning, "beacon of node {Node} from {Source} refused: a counter in it (term {Term}, boot {Boot}, sequence {Sequence}) is further ahead than any honest "
        + "one can be (the highest term known here is {Known}); if this continues, check that machine{LeftOut}")]
    public static partial void Leap(this ILogger logger, string node, IPAddress source, ulong term, ulong boot, ulong sequence, ulong known, string leftOut);

    [LoggerMessage(1022, LogLevel.Information, "this node is master (term {Term}): it talks to the pool and hands out the work")]
    public static partial void Leading(this ILogger logger, ulong term);

    [LoggerMessage(1023, LogLevel.Information, "node {Master} at {Address} is master (term {Term}); this node works for it")]
    public static partial void Following(this ILogger logger, string master, IPAddress address, ulong term);

    [LoggerMessage(1015, LogLevel.Debug, "interfaces changed: {Interfaces}")]
    public static partial void InterfacesChanged(this ILogger logger, string interfaces);

    [LoggerMessage(1020, LogLevel.Warning, "beacon from {Source} dropped: it was sent under another cluster key ({Count} of this kind so far). If that machine should "
        + "be in this cluster, one of the two has an old key: run p2p-console invite on a node of the cluster, and p2p-miner join --replace with its token on the other{LeftOut}")]
    public static partial void OtherKey(this ILogger logger, IPAddress source, long count, string leftOut);

    [LoggerMessage(1024, LogLevel.Warning, "the node at {Source} is not in this cluster: {Advice}{LeftOut}")]
    public static partial void OtherVersion(this ILogger logger, IPAddress source, string advice, string leftOut);
}
