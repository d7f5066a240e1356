using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

internal static class TableBeaconExtensions
{
    /// <summary>
    /// Beacons go to table ports where this node uses those, else over UDP. Needs a <see cref="DiscoveryNode"/> and the cluster's
    /// certificates.
    /// </summary>
    public static IServiceCollection AddBeaconTransport(this IServiceCollection services)
        => services.AddSingleton<IBeaconTransport>(provider => provider.GetRequiredService<DiscoveryNode>().UsesTablePorts
            ? ActivatorUtilities.CreateInstance<TableBeaconTransport>(provider)
            : ActivatorUtilities.CreateInstance<UdpBeaconTransport>(provider));
}
