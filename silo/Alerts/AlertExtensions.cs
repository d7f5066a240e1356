using Microsoft.Extensions.Options;
using P2PMiner.Grains.Alerts;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.History;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Alerts;

/// <summary>Gives a node its alerts. Needs a history and an <see cref="IAlertPeers"/>.</summary>
internal static class AlertExtensions
{
    public static IServiceCollection AddAlertOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AlertOptions, AlertOptionsValidator>().BindConfiguration(AlertOptions.Section);
        return services;
    }

    /// <param name="mayBeMaster">False: a worker, which tells nobody anything and keeps no settings of others.</param>
    public static IServiceCollection AddAlerts(this IServiceCollection services, bool mayBeMaster) => services
        .AddSingleton(provider => new AlertDesk(
            provider.GetRequiredService<ThisNode>(), provider.GetRequiredService<IOptions<AlertOptions>>().Value, provider.GetRequiredService<Mastership>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AlertDesk>>()))
        .AddSingleton(provider => new AlertService(
            provider.GetRequiredService<ThisNode>(), mayBeMaster, provider.GetRequiredService<Mastership>(), provider.GetRequiredService<IMinerConsoleSource>(),
            provider.GetRequiredService<IHistory>(), provider.GetRequiredService<IEventLog>(), provider.GetRequiredService<AlertDesk>(),
            provider.GetRequiredService<IAlertPeers>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AlertService>>()))
        .AddSingleton<INodeAlerts>(provider => provider.GetRequiredService<AlertService>())
        .AddHostedService(provider => provider.GetRequiredService<AlertService>());
}
