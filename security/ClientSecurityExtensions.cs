using Orleans.Configuration;

namespace P2PMiner.Security;

/// <summary>Mutual TLS on the connections of an Orleans client.</summary>
internal static class ClientSecurityExtensions
{
    /// <summary>The connections of a client to gateways.</summary>
    public static IClientBuilder AddClusterSecurity(this IClientBuilder client, MutualTls tls) => client.Configure<ClientConnectionOptions>(options
        => options.ConfigureConnection(connection => connection.UseMutualTlsOutbound(tls)));
}
