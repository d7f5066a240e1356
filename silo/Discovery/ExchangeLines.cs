using System.Net;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// What the log says about an exchange of beacons, within limits: an outsider can send anything, and a member can make up nodes and terms
/// without end. Any thread.
/// </summary>
/// <param name="self">This node.</param>
internal sealed class ExchangeLines(NodeId self, TimeProvider clock, ILogger log)
{
    /// <summary>Lines that tell of nodes found and lost: more than a large cluster has in a bad minute.</summary>
    public const int ComingsPerMinute = 200;

    /// <summary>Lines that tell of the election.</summary>
    public const int DecisionsPerMinute = 60;

    // By kind: an outsider must not use up the lines that report a member's clock.
    private readonly BeaconSources[] _refusals = Array.ConvertAll(Enum.GetValues<BeaconRejection>(), _ => new BeaconSources(clock));
    private readonly LogLimit _comings = new(clock, ComingsPerMinute, BeaconSources.LogInterval);
    private readonly LogLimit _decisions = new(clock, DecisionsPerMinute, BeaconSources.LogInterval);

    /// <summary>A datagram was dropped.</summary>
    /// <param name="count">How many for that reason so far.</param>
    /// <param name="beacon">Null: it is not known to be one.</param>
    /// <param name="highestTerm">That the election knows of.</param>
    public void Refused(BeaconRejection end, long count, IPAddress source, Beacon? beacon, ulong highestTerm)
    {
        if (end is BeaconRejection.Own or BeaconRejection.Duplicate || !_refusals[(int)end].MayLog(source, out var leftOut))
        {
            return;
        }

        switch (end)
        {
            case BeaconRejection.ClockWindow:
                var apartMs = Math.Abs((double)beacon!.SentUnixMs - clock.GetUtcNow().ToUnixTimeMilliseconds());
                var apart = TimeSpan.FromMilliseconds(Math.Min(apartMs, TimeSpan.MaxValue.TotalMilliseconds / 2));
                log.ClocksDiffer(source, DurationText.Of(apart), DurationText.Of(ReplayGuard.ClockWindow), leftOut);
                break;
            case BeaconRejection.ForeignCluster:
                log.OtherKey(source, count, leftOut);
                break;
            case BeaconRejection.SameNodeId:
                log.SameNodeId(source, self, leftOut);
                break;
            case BeaconRejection.Leap:
                log.Leap(beacon!.Node.Short, source, beacon.Election.Term, beacon.Boot, beacon.Sequence, highestTerm, leftOut);
                break;
            default:
                log.Rejected(source, end, count, leftOut);
                break;
        }
    }

    /// <summary>A member's beacon is of a version that this node does not speak.</summary>
    public void OtherVersion(IPAddress source, byte version)
    {
        if (_refusals[(int)BeaconRejection.Version].MayLog(source, out var leftOut))
        {
            log.OtherVersion(source, WireVersion.Advice(version, $"{source}"), leftOut);
        }
    }

    public void Found(NodeId node, IPAddress at)
    {
        if (_comings.Allows(out var leftOut))
        {
            log.PeerFound(node.Short, at, leftOut);
        }
    }

    public void Lost(NodeId node)
    {
        if (_comings.Allows(out var leftOut))
        {
            log.PeerLost(node.Short, leftOut);
        }
    }

    public void Decided(MasterDecision decision)
    {
        if (_decisions.Allows(out var leftOut))
        {
            log.Decided(decision, leftOut);
        }
    }
}
