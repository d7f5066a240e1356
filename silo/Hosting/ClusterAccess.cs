using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Security;

namespace P2PMiner.Silo.Hosting;

/// <summary>The cluster key that this node goes by.</summary>
/// <param name="IsNew">Made just now: the node knows of no other machine yet.</param>
internal sealed record ClusterAccess(ClusterKeyRing Ring, bool IsNew)
{
    /// <summary>The key in the data folder; a new one where there is none.</summary>
    /// <exception cref="ConfigurationException">The file cannot be used; it is left as it is.</exception>
    public static ClusterAccess Open(string dataFolder)
    {
        try
        {
            return new(new ClusterKeyFile(dataFolder, TimeProvider.System).LoadOrCreate(out var created), created);
        }
        catch (ClusterKeyException error)
        {
            throw new ConfigurationException($"Node:Data: {error.Message}");
        }
    }

    /// <summary>For beacons, which are sent under the first.</summary>
    public BeaconKeyRing BeaconKeys() => new(Ring.Accepted.Take(BeaconKeyRing.MaxKeys)
        .Select(key => new BeaconKey(UInt128.Parse(key.Id, System.Globalization.NumberStyles.HexNumber, null), key.BeaconKey())));
}
