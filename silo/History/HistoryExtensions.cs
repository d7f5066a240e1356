using Microsoft.Extensions.Options;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Sensors;

namespace P2PMiner.Silo.History;

/// <summary>Gives a node its history. Needs an <see cref="IHistoryPeers"/>.</summary>
internal static class HistoryExtensions
{
    private const string Root = "/";

    /// <param name="data">The data folder, where the file is kept.</param>
    /// <param name="mayBeMaster">False: a worker, which keeps its own history only.</param>
    public static IServiceCollection AddHistory(this IServiceCollection services, DataStore data, bool mayBeMaster) => services
        .AddSingleton(provider => provider.GetRequiredService<IOptions<HistoryOptions>>().Value)
        .AddSingleton<LatestReadings>()
        .AddSingleton(provider => new CpuTemperature(Root, provider.GetRequiredService<ILogger<CpuTemperature>>()))
        .AddSingleton(provider => new CpuPower(
            Root, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CpuPower>>()))
        .AddSingleton(provider => new HistoryStore(
            data, provider.GetRequiredService<ThisNode>(), provider.GetRequiredService<HistoryOptions>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HistoryStore>>()))
        .AddSingleton<IHistory>(provider => provider.GetRequiredService<HistoryStore>())
        .AddSingleton<IEventLog>(provider => provider.GetRequiredService<HistoryStore>())
        .AddHostedService(provider => provider.GetRequiredService<HistoryStore>())
        .AddHostedService<Sampler>()
        .AddHostedService(provider => new HistoryExchange(
            provider.GetRequiredService<ThisNode>(), mayBeMaster, provider.GetRequiredService<Mastership>(), provider.GetRequiredService<HistoryStore>(),
            provider.GetRequiredService<HistoryOptions>(), provider.GetRequiredService<IHistoryPeers>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HistoryExchange>>()));
}
