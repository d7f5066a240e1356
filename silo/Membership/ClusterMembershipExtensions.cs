using Orleans.Configuration;
using Orleans.Hosting;

namespace P2PMiner.Silo.Membership;

/// <summary>Gives a silo its membership table.</summary>
internal static class ClusterMembershipExtensions
{
    /// <summary>The table on the elected master.</summary>
    /// <remarks>Registers the handler of fatal errors too, so call it inside UseOrleans, after anything else that might.</remarks>
    public static ISiloBuilder AddClusterMembership(this ISiloBuilder silo, ClusterMembership membership)
    {
        silo.Services.AddSingleton(services => membership.OpenTable(services));
        silo.Services.AddSingleton<IMembershipTable>(services => services.GetRequiredService<ProxyMembershipTable>());
        silo.Services.AddSingleton<IFatalErrorHandler>(services =>
        {
            // Looked up now: a silo's last error may come when its services are gone.
            var table = services.GetRequiredService<ProxyMembershipTable>();
            return new RebuildingFatalErrorHandler(
                membership.Rebuilds, () => table.IsFenced, services.GetRequiredService<ILogger<RebuildingFatalErrorHandler>>());
        });
        return silo.Tune();
    }

    /// <summary>The table in a PostgreSQL, whose schema <see cref="PostgreSqlSchema.EnsureAsync"/> has made.</summary>
    /// <param name="rebuilds">Told when Orleans gives the silo up.</param>
    public static ISiloBuilder AddPostgreSqlMembership(this ISiloBuilder silo, string connectionString, HostRebuilds rebuilds)
    {
        silo.UseAdoNetClustering(options =>
        {
            options.Invariant = PostgreSqlSchema.Invariant;
            options.ConnectionString = connectionString;
        });
        silo.Services.AddSingleton<IFatalErrorHandler>(services => new RebuildingFatalErrorHandler(
            rebuilds, () => false, services.GetRequiredService<ILogger<RebuildingFatalErrorHandler>>()));
        return silo.Tune();
    }

    /// <summary>
    /// Finds a dead silo within about two seconds. On one network a probe takes a millisecond; two missed ones in a row, seen by two silos
    /// where there are three, are a dead machine or one that serves nobody.
    /// </summary>
    private static ISiloBuilder Tune(this ISiloBuilder silo) => silo
        .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = ClusterName.Orleans)
        .Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.MinProbeTimeout = TimeSpan.FromMilliseconds(500);
            // By default four times the first: a silo that probes with doubt in its own health would not get to vote.
            options.MaxProbeTimeout = TimeSpan.FromSeconds(1);
            options.ExtendProbeTimeoutDuringDegradation = false;
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 2;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(2);
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
            options.MaxJoinAttemptTime = TimeSpan.FromSeconds(30);
            options.DefunctSiloExpiration = TimeSpan.FromMinutes(10);
            options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(1);
        });
}
