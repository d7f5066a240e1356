using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// Takes each authentic beacon once and in order: within a boot the sequence only rises, and a new boot is later than the one before. Clocks
/// may differ by <see cref="ClockWindow"/>; nodes further apart do not see each other until one clock is set right. A receiver that
/// has just started knows no sequence yet, so for that window a replay can show it a node that has since died, but never one that lives.
/// </summary>
internal sealed class ReplayGuard
{
    public static readonly TimeSpan ClockWindow = TimeSpan.FromMinutes(5);

    /// <summary>Senders remembered. They hold the key, so this bounds a fault, not an attack.</summary>
    public const int MaxSenders = 4096;

    /// <summary>How far behind the newest a copy may be and still count as a detour of the network.</summary>
    private const ulong DuplicateSpan = 64;

    private readonly Dictionary<NodeId, Sender> _senders = [];

    public int Senders => _senders.Count;

    /// <summary>None: the beacon is new, and from now on the newest of its sender.</summary>
    /// <param name="unixMs">This node's clock.</param>
    public BeaconRejection Take(Beacon beacon, long unixMs)
    {
        // In 128 bits: the sender may claim any 64-bit time.
        var apart = Int128.Abs((Int128)beacon.SentUnixMs - unixMs);
        if (apart > (long)ClockWindow.TotalMilliseconds)
        {
            return BeaconRejection.ClockWindow;
        }

        if (_senders.TryGetValue(beacon.Node, out var last))
        {
            if (beacon.Boot < last.Boot)
            {
                return BeaconRejection.Replayed;
            }

            if (beacon.Boot == last.Boot && beacon.Sequence <= last.Sequence)
            {
                return last.Sequence - beacon.Sequence < DuplicateSpan ? BeaconRejection.Duplicate : BeaconRejection.Replayed;
            }
        }
        else if (_senders.Count >= MaxSenders)
        {
            Forget(unixMs);
        }

        _senders[beacon.Node] = new(beacon.Boot, beacon.Sequence, unixMs);
        return BeaconRejection.None;
    }

    /// <summary>Drops who is silent for so long that all it ever sent is outside the clock window; failing that, who is silent longest.</summary>
    private void Forget(long unixMs)
    {
        var limit = unixMs - 2 * (long)ClockWindow.TotalMilliseconds;
        foreach (var (node, sender) in _senders)
        {
            if (sender.HeardUnixMs < limit)
            {
                _senders.Remove(node);
            }
        }

        if (_senders.Count >= MaxSenders)
        {
            _senders.Remove(_senders.MinBy(sender => sender.Value.HeardUnixMs).Key);
        }
    }

    private readonly record struct Sender(ulong Boot, ulong Sequence, long HeardUnixMs);
}
