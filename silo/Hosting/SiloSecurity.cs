using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using P2PMiner.Security;

namespace P2PMiner.Silo.Hosting;

/// <summary>Who may connect to an Orleans silo, and how.</summary>
internal static class SiloSecurity
{
    /// <summary>
    /// Mutual TLS on silo-silo connections in both directions and on those of clients to the gateway; clients also come in by the socket of this machine.
    /// </summary>
    public static ISiloBuilder AddClusterSecurity(this ISiloBuilder silo, MutualTls tls, ConsoleSocket? console)
    {
        // Orleans has one factory for the silo's port and one for the gateway's, under keys that only it knows.
        var keys = silo.Services.Where(service => service.IsKeyedService && service.ServiceType == typeof(IConnectionListenerFactory))
            .Select(service => service.ServiceKey).ToList();
        if (keys.Count != 2)
        {
            throw new InvalidOperationException($"Orleans listens in {keys.Count} ways instead of 2: which of them are to have TLS?");
        }

        foreach (var key in keys)
        {
            silo.Services.RemoveAllKeyed<IConnectionListenerFactory>(key)
                .AddKeyedSingleton<IConnectionListenerFactory>(key, new MemberListenerFactory(tls, console));
        }

        return silo.Configure<SiloConnectionOptions>(options => options.ConfigureSiloOutboundConnection(connection => connection.UseMutualTlsOutbound(tls)));
    }
}
