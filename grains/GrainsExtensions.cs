using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Pool;

namespace P2PMiner.Grains;

public static class GrainsExtensions
{
    /// <summary>Sections "Lease" and "Ledger", checked at the start.</summary>
    public static IServiceCollection AddMiningOptions(this IServiceCollection services)
    {
        services.AddOptions<LeaseOptions>().BindConfiguration(LeaseOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<LedgerOptions>().BindConfiguration(LedgerOptions.Section);
        return services;
    }

    /// <summary>What the grains need beside <see cref="AddMiningOptions"/>, the engine, the pools and a <see cref="HostProfile"/>.</summary>
    public static ISiloBuilder AddMiningGrains(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton<SearchLedger>();
        silo.Services.TryAddSingleton<CurrentSession>();
        silo.Services.AddPlacementDirector<NodePlacementStrategy, NodePlacementDirector>();

        // The default directory ends, on every silo, the grains that a lost silo had on its books: a dead worker could take the pool session with it.
        // This one asks the living silos what they have and goes on.
#pragma warning disable ORLEANSEXP003 // experimental as of Orleans 10.4.2
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        return silo;
    }
}
