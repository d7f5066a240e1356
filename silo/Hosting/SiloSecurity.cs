using Orleans.Configuration;
using Orleans.Hosting;
using P2PMiner.Silo.Security;

namespace P2PMiner.Silo.Hosting;

/// <summary>Mutual TLS on the connections of an Orleans silo.</summary>
internal static class SiloSecurity
{
    /// <summary>Silo-silo connections in both directions, and those of clients to the gateway.</summary>
    public static ISiloBuilder AddClusterSecurity(this ISiloBuilder silo, MutualTls tls) => silo.Configure<SiloConnectionOptions>(options =>
    {
        options.ConfigureSiloInboundConnection(connection => connection.UseMutualTlsInbound(tls));
        options.ConfigureSiloOutboundConnection(connection => connection.UseMutualTlsOutbound(tls));
        options.ConfigureGatewayInboundConnection(connection => connection.UseMutualTlsInbound(tls));
    });
}
