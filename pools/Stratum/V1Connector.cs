using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Pools.Stratum;

/// <summary>Connects to pools that speak Stratum v1: GhostRider.</summary>
internal sealed class V1Connector(PoolTransport transport, TimeProvider clock, ILogger log) : IPoolConnector
{
    public bool Handles(PoolEndpoint endpoint) => StratumDialect.IsV1(endpoint);

    public async Task<IPoolConnection> ConnectAsync(PoolEndpoint endpoint, Func<ulong> nextSerial, PoolStatistics statistics, CancellationToken cancellation)
    {
        var link = await transport.ConnectAsync(endpoint.Url, endpoint.Entry, cancellation);
        var connection = new V1Connection(link, endpoint, nextSerial, statistics, clock, log);
        try
        {
            await connection.LoginAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
