using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// Accepts each authentic beacon once and in order: within a boot the sequence only rises, and a new boot is later than the one before.
/// Clocks may differ by <see cref="ClockWindow"/>; nodes further apart do not see each other until one clock is set right. A receiver that
/// has just started knows no sequence yet, so for that window a replay can show it a node that has since died, but never one that lives.
/// <para>
/// Each node has an allowance of new beacons. Only what the node itself has sent counts against it: neither what others send under its
/// address nor copies of its beacons, which anyone who hears it can send again.
/// </para>
/// </summary>
internal sealed class ReplayGuard
{
    public static readonly TimeSpan ClockWindow = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How far a boot may be ahead of this node's clock: a machine that takes its hardware clock for local time starts hours ahead and is set right later.
    /// A boot beyond would keep its node, in whose name any member can send, out for ever.
    /// </summary>
    public static readonly TimeSpan BootAhead = TimeSpan.FromDays(1);

    /// <summary>Senders remembered. They hold the key, so this bounds a fault, not an attack.</summary>
    public const int MaxSenders = 4096;

    /// <summary>Five times what a node sends at the shortest interval there is, and as many at once.</summary>
    public const int BeaconsPerSecond = 100;

    /// <summary>How far behind the newest a copy may be and still count as a detour of the network.</summary>
    private const ulong DuplicateSpan = 64;

    private readonly Dictionary<NodeId, Sender> _senders = [];

    public int Senders => _senders.Count;

    /// <summary>
    /// None: the beacon is new, and from now on the newest of its sender. <see cref="BeaconRejection.Flood"/>: it is new, and too many came
    /// before it.
    /// </summary>
    /// <param name="unixMs">This node's clock.</param>
    public BeaconRejection Take(Beacon beacon, long unixMs)
    {
        // In 128 bits: the sender may claim any 64-bit time.
        var apart = Int128.Abs((Int128)beacon.SentUnixMs - unixMs);
        if (apart > (long)ClockWindow.TotalMilliseconds)
        {
            return BeaconRejection.ClockWindow;
        }

        if ((Int128)beacon.Boot - unixMs > (long)BootAhead.TotalMilliseconds)
        {
            return BeaconRejection.Leap;
        }

        var allowance = (double)BeaconsPerSecond;
        if (_senders.TryGetValue(beacon.Node, out var last) && !IsPast(last, unixMs))
        {
            if (beacon.Boot < last.Boot)
            {
                return BeaconRejection.Replayed;
            }

            if (beacon.Boot == last.Boot && beacon.Sequence <= last.Sequence)
            {
                return last.Sequence - beacon.Sequence < DuplicateSpan ? BeaconRejection.Duplicate : BeaconRejection.Replayed;
            }

            if (beacon.Boot == last.Boot && CounterLimit.IsLeap(beacon.Sequence, last.Sequence))
            {
                return BeaconRejection.Leap;
            }

            allowance = Math.Min(allowance, last.Allowance + Math.Max(0, unixMs - last.HeardUnixMs) * BeaconsPerSecond / 1000.0);
            if (allowance < 1)
            {
                return BeaconRejection.Flood;
            }
        }
        else if (_senders.Count >= MaxSenders)
        {
            Forget(unixMs);
        }

        _senders[beacon.Node] = new(beacon.Boot, beacon.Sequence, unixMs, allowance - 1);
        return BeaconRejection.None;
    }

    /// <summary>
    /// All that it ever sent is outside the clock window by now, so none of it can come again. What is later still is not held to the last boot and sequence:
    /// should another member have sent them in its name, it is heard again.
    /// </summary>
    private static bool IsPast(Sender sender, long unixMs) => unixMs - sender.HeardUnixMs > 2 * (long)ClockWindow.TotalMilliseconds;

    /// <summary>Drops who is silent for that long; failing that, who is silent longest.</summary>
    private void Forget(long unixMs)
    {
        foreach (var (node, sender) in _senders)
        {
            if (IsPast(sender, unixMs))
            {
                _senders.Remove(node);
            }
        }

        if (_senders.Count >= MaxSenders)
        {
            _senders.Remove(_senders.MinBy(sender => sender.Value.HeardUnixMs).Key);
        }
    }

    /// <param name="Allowance">New beacons that it may still send at once, as of the last one.</param>
    private readonly record struct Sender(ulong Boot, ulong Sequence, long HeardUnixMs, double Allowance);
}
