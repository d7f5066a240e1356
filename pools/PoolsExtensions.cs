using Microsoft.Extensions.DependencyInjection;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Daemon;
using P2PMiner.Pools.Stratum;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Pools;

public static class PoolsExtensions
{
    /// <summary>One <see cref="IPoolConnector"/> for each dialect. A new dialect is a folder with its connector, and a line here.</summary>
    public static IServiceCollection AddPoolConnectors(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PoolTransport(provider.GetRequiredService<TimeProvider>(), Log<PoolTransport>(provider)));
        services.AddSingleton<IPoolConnector>(provider => new StratumConnector(
            provider.GetRequiredService<PoolTransport>(), provider.GetRequiredService<TimeProvider>(), Log<StratumConnector>(provider)));
        services.AddSingleton<IPoolConnector>(provider => new V1Connector(
            provider.GetRequiredService<PoolTransport>(), provider.GetRequiredService<TimeProvider>(), Log<V1Connector>(provider)));
        services.AddSingleton<IPoolConnector, DaemonConnector>();
        return services;
    }

    private static ILogger<T> Log<T>(IServiceProvider provider) => provider.GetRequiredService<ILogger<T>>();
}
