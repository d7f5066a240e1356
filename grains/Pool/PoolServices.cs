using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using P2PMiner.Pools;
using P2PMiner.Pools.Practice;

namespace P2PMiner.Grains.Pool;

public static class PoolServices
{
    /// <summary>Sections "Pool" and "PracticePool", checked at the start.</summary>
    public static IServiceCollection AddPoolOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PoolOptions, PoolOptionsValidator>().BindConfiguration(PoolOptions.Section)
            .PostConfigure(options => options.Pools.ForEach(pool => pool.TakeLogin()));
        return services.AddPracticePoolOptions();
    }

    /// <summary>
    /// Pool connections and the practice pool, to be added before the silo. Needs <see cref="AddPoolOptions"/>, an <c>IHashEngine</c> and
    /// <see cref="MiningAlgorithms"/>.
    /// </summary>
    public static IServiceCollection AddPools(this IServiceCollection services)
    {
        services.AddPracticePool(provider => provider.GetRequiredService<IOptions<PoolOptions>>().Value.Practice);
        services.AddSingleton<PoolDirectory>().TryAddSingleton<ClusterPools>();
        services.AddPoolConnectors();
        return services;
    }
}
