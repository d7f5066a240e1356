using Microsoft.Extensions.Options;
using P2PMiner.Security;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.History;

/// <summary>Gives a node its history.</summary>
internal static class HistoryExtensions
{
    /// <param name="data">The data folder, where the file is kept.</param>
    public static IServiceCollection AddHistory(this IServiceCollection services, DataStore data) => services
        .AddSingleton(provider => new HistoryStore(
            data, provider.GetRequiredService<ThisNode>(), provider.GetRequiredService<IOptions<HistoryOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HistoryStore>>()))
        .AddSingleton<IHistory>(provider => provider.GetRequiredService<HistoryStore>())
        .AddSingleton<IEventLog>(provider => provider.GetRequiredService<HistoryStore>())
        .AddHostedService(provider => provider.GetRequiredService<HistoryStore>());
}
