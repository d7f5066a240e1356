using System.Collections.Concurrent;
using System.Globalization;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Hosting;

/// <summary>The beacon keys of a key ring as it is at each moment. Derived once for each key. Any thread.</summary>
internal sealed class RingBeaconKeys(ClusterKeyRing ring)
{
    private readonly ConcurrentDictionary<ClusterKey, BeaconKey> _derived = new();

    public IReadOnlyList<BeaconKey> Now() => [.. ring.Heard.Take(BeaconKeyRing.MaxKeys).Select(key => _derived.GetOrAdd(key, Derive))];

    private static BeaconKey Derive(ClusterKey key) => new(UInt128.Parse(key.Id, NumberStyles.HexNumber, CultureInfo.InvariantCulture), key.BeaconKey());
}
