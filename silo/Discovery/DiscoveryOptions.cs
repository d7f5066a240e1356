using System.ComponentModel.DataAnnotations;

namespace P2PMiner.Silo.Discovery;

/// <summary>How nodes find each other. Section "Discovery".</summary>
public sealed class DiscoveryOptions
{
    public const string Section = "Discovery";

    /// <summary>False: send and hear no beacons; the node is a cluster of its own. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>UDP port of the beacons, the same on all nodes; several silos of one machine share it. Default 10000.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 10000;

    /// <summary>Time from beacon to beacon. Default 250 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A node that is silent for this long counts as dead, and a master that stood still for this long gives up being master. At least four
    /// intervals. Default 1.5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>
    /// How long a node that starts listens before it may become master; alone, it is master after that and at most one interval. At least
    /// four intervals. Default 1.5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:01:00")]
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>IPv4 multicast group, sent with TTL 1. Default one of the local scope (239.255.0.0/16).</summary>
    public string MulticastGroup { get; set; } = "239.255.80.50";

    /// <summary>IPv6 multicast group of link-local scope (ff02:: or ff12::).</summary>
    public string MulticastGroupV6 { get; set; } = "ff12::7032:706d";

    /// <summary>
    /// HOST or HOST:PORT of nodes that broadcast and multicast do not reach; without a port, <see cref="Port"/>. Not used by a worker with
    /// Node:Connect, which needs no UDP. Default none.
    /// </summary>
    public List<string> Seeds { get; set; } = [];

    internal ElectionTiming GetTiming() => new(Interval, Timeout, SettleTime);
}
