using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService;

namespace P2PMiner.Silo.Membership;

/// <summary>Orleans' AdoNet membership table outside a silo.</summary>
internal static class AdoNetTable
{
    /// <param name="invariant">Names the database's driver, in Orleans' words.</param>
    public static IMembershipTable Create(IServiceProvider services, string clusterId, string invariant, string connectionString)
        => new AdoNetClusteringTable(
            services,
            Options.Create(new ClusterOptions { ClusterId = clusterId, ServiceId = clusterId }),
            Options.Create(new AdoNetClusteringSiloOptions { Invariant = invariant, ConnectionString = connectionString }),
            services.GetRequiredService<ILogger<AdoNetClusteringTable>>());
}
