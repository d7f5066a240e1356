namespace P2PMiner.Silo.Discovery;

/// <summary>One key of the cluster for beacons: nodes that have it are heard. Both parts are derived from the cluster key.</summary>
internal sealed class BeaconKey
{
    public const int MacKeyBytes = 32;

    private readonly byte[] _macKey;

    /// <param name="clusterId">16 bytes as a big-endian number; public, travels in each beacon.</param>
    /// <param name="macKey">32 secret bytes; copied.</param>
    public BeaconKey(UInt128 clusterId, ReadOnlySpan<byte> macKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(macKey.Length, MacKeyBytes);
        ClusterId = clusterId;
        _macKey = macKey.ToArray();
    }

    public UInt128 ClusterId { get; }

    public ReadOnlySpan<byte> MacKey => _macKey;
}
