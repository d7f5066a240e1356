using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using P2PMiner.Grains.Pool.Daemon;
using P2PMiner.Grains.Pool.Practice;
using P2PMiner.Grains.Pool.Stratum;
using P2PMiner.Grains.Pool.Transport;

namespace P2PMiner.Grains.Pool;

public static class PoolServices
{
    /// <summary>Sections "Pool" and "PracticePool", checked at the start.</summary>
    public static IServiceCollection AddPoolOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PoolOptions, PoolOptionsValidator>().BindConfiguration(PoolOptions.Section)
            .PostConfigure(options => options.Pools.ForEach(pool => pool.TakeLogin()));
        services.AddOptionsWithValidateOnStart<PracticePoolOptions, PracticePoolOptionsValidator>().BindConfiguration(PracticePoolOptions.Section);
        return services;
    }

    /// <summary>
    /// Pool connections and the practice pool, to be added before the silo. Needs <see cref="AddPoolOptions"/>, an <c>IHashEngine</c> and
    /// <see cref="MiningAlgorithms"/>.
    /// </summary>
    public static IServiceCollection AddPools(this IServiceCollection services)
    {
        services.AddPracticePool().AddSingleton<PoolDirectory>().TryAddSingleton<ClusterPools>();
        services.AddSingleton(provider => new PoolTransport(provider.GetRequiredService<TimeProvider>(), Log(provider)));
        services.AddSingleton<IPoolConnector>(provider => new StratumConnector(
            provider.GetRequiredService<PoolTransport>(), provider.GetRequiredService<TimeProvider>(), Log(provider)));
        services.AddSingleton<IPoolConnector>(provider => new V1Connector(
            provider.GetRequiredService<PoolTransport>(), provider.GetRequiredService<TimeProvider>(), Log(provider)));
        services.AddSingleton<IPoolConnector, DaemonConnector>();
        return services;
    }

    private static ILogger<PoolSession> Log(IServiceProvider provider) => provider.GetRequiredService<ILogger<PoolSession>>();
}
