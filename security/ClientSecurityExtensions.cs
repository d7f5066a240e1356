using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;

namespace P2PMiner.Security;

/// <summary>How an Orleans client connects.</summary>
internal static class ClientSecurityExtensions
{
    /// <summary>To gateways, by mutual TLS.</summary>
    public static IClientBuilder AddClusterSecurity(this IClientBuilder client, MutualTls tls) => client.Configure<ClientConnectionOptions>(options
        => options.ConfigureConnection(connection => connection.UseMutualTlsOutbound(tls)));

    /// <summary>To a node of this machine, by its <see cref="ConsoleSocket"/>.</summary>
    public static IClientBuilder AddConsoleSocket(this IClientBuilder client, string path)
    {
        // Orleans has one factory for clients, under a key that only it knows.
        var key = client.Services.Single(service => service.IsKeyedService && service.ServiceType == typeof(IConnectionFactory)).ServiceKey;
        client.Services.RemoveAllKeyed<IConnectionFactory>(key).AddKeyedSingleton<IConnectionFactory>(key, new ConsoleSocketFactory(path));
        return client;
    }
}
