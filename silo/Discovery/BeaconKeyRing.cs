namespace P2PMiner.Silo.Discovery;

/// <summary>
/// The keys beacons are taken under; the first is the one they are sent under. Replaced as a whole while running: to rotate, add the new key
/// last on every node, then make it first everywhere, then drop the former when its grace is over. Any thread.
/// </summary>
internal sealed class BeaconKeyRing
{
    public const int MaxKeys = 4;

    private volatile BeaconKey[] _keys;

    public BeaconKeyRing(params IEnumerable<BeaconKey> keys) => _keys = Checked(keys);

    public IReadOnlyList<BeaconKey> Keys => _keys;

    public void Replace(IEnumerable<BeaconKey> keys) => _keys = Checked(keys);

    private static BeaconKey[] Checked(IEnumerable<BeaconKey> keys)
    {
        BeaconKey[] all = [.. keys];
        ArgumentOutOfRangeException.ThrowIfZero(all.Length, nameof(keys));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(all.Length, MaxKeys, nameof(keys));
        return all;
    }
}
