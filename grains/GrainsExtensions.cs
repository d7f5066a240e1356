using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Placement;
using P2PMiner.Grains.Pool;

namespace P2PMiner.Grains;

public static class GrainsExtensions
{
    /// <summary>Grain calls carry kilobytes. Orleans' own limit lets one member fill the memory of another.</summary>
    private const int MaxMessageBytes = 16 << 20;

    /// <summary>Sections "Lease" and "Ledger", checked at the start.</summary>
    public static IServiceCollection AddMiningOptions(this IServiceCollection services)
    {
        services.AddOptions<LeaseOptions>().BindConfiguration(LeaseOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<LedgerOptions>().BindConfiguration(LedgerOptions.Section);
        return services;
    }

    /// <summary>
    /// What the grains need besides <see cref="AddMiningOptions"/>, the engine, the pools and a <see cref="HostProfile"/>.
    /// </summary>
    public static ISiloBuilder AddMiningGrains(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton<SearchLedger>();
        silo.Services.TryAddSingleton<CurrentSession>();
        silo.Services.TryAddSingleton<NodeControl>();
        silo.Services.TryAddSingleton<ShareTally>();
        silo.Services.AddSingleton<SliceEpoch>();
        silo.Services.AddPlacementDirector<NodePlacementStrategy, NodePlacementDirector>();
        silo.Services.AddGrainDirectory(NodeDirectory.Name, (_, _) => new NodeDirectory());
        silo.AddIncomingGrainCallFilter<WireGate>();
        silo.AddOutgoingGrainCallFilter<WireGate>();
        silo.Configure<SiloMessagingOptions>(messages => messages.MaxMessageBodySize = MaxMessageBytes);
        return silo;
    }
}
