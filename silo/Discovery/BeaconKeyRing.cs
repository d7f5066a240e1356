namespace P2PMiner.Silo.Discovery;

/// <summary>
/// The keys under which beacons are accepted; they are sent under the first. Read again for each beacon, so a rotation, or the end of a
/// grace period, needs no restart. Any thread.
/// </summary>
/// <param name="keys">The current keys, one to <see cref="MaxKeys"/>.</param>
/// <param name="heard">Called with the cluster id under whose key a beacon of another node was taken, for each. Must return at once.</param>
internal sealed class BeaconKeyRing(Func<IReadOnlyList<BeaconKey>> keys, Action<UInt128>? heard = null)
{
    public const int MaxKeys = 4;

    /// <summary>Keys that stay.</summary>
    public BeaconKeyRing(params IEnumerable<BeaconKey> keys) : this(Fixed(keys))
    {
    }

    public IReadOnlyList<BeaconKey> Keys => Checked(keys());

    /// <summary>A beacon of another node was authentic under the key of that cluster id, and new.</summary>
    public void Heard(UInt128 clusterId) => heard?.Invoke(clusterId);

    private static Func<IReadOnlyList<BeaconKey>> Fixed(IEnumerable<BeaconKey> keys)
    {
        BeaconKey[] all = [.. keys];
        return () => all;
    }

    private static IReadOnlyList<BeaconKey> Checked(IReadOnlyList<BeaconKey> keys)
    {
        ArgumentOutOfRangeException.ThrowIfZero(keys.Count, nameof(keys));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keys.Count, MaxKeys, nameof(keys));
        return keys;
    }
}
