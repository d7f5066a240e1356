using Orleans.Configuration;
using P2PMiner.Silo.Discovery;

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
            // Resolved now: a silo's last error may come when its services are gone.
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
    /// Finds a silo that hangs within about six seconds; one whose process is gone refuses connections and is found sooner, and a lost master is
    /// replaced by the election, which does not wait for this. If it were shorter, silos would be declared dead on a network that loses
    /// every fifth packet: TCP resends lost data after 0.3, 0.6 and 1.2 s. If there are three silos, two must agree.
    /// </summary>
    private static ISiloBuilder Tune(this ISiloBuilder silo) => silo
        .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = ClusterName.Orleans)
        .Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(2);
            options.MinProbeTimeout = TimeSpan.FromSeconds(2);
            // By default four times the first: a silo that probes while it doubts its own health would not get to vote.
            options.MaxProbeTimeout = TimeSpan.FromSeconds(2);
            options.ExtendProbeTimeoutDuringDegradation = false;
            options.NumMissedProbesLimit = 3;
            options.NumVotesForDeathDeclaration = 2;
            // A vote carries the voter's time. A vote from a clock as far behind as beacons allow still counts as new for a silo whose
            // clock is as far ahead.
            options.DeathVoteExpirationTimeout = 2 * ReplayGuard.ClockWindow;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(2);
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
            options.MaxJoinAttemptTime = TimeSpan.FromSeconds(30);
            options.DefunctSiloExpiration = TimeSpan.FromMinutes(10);
            options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(1);
        });
}
