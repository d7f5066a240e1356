using P2PMiner.Hashing;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Pools.Stratum;

/// <summary>Connects to Monero Stratum pools.</summary>
internal sealed class StratumConnector(PoolTransport transport, TimeProvider clock, ILogger log) : IPoolConnector
{
    public bool Handles(PoolEndpoint endpoint) => StratumDialect.IsMonero(endpoint);

    public async Task<IPoolConnection> ConnectAsync(PoolEndpoint endpoint, Func<ulong> nextSerial, PoolStatistics statistics, CancellationToken cancellation)
    {
        Algorithm[] offered = [.. endpoint.Algorithms.Where(algorithm => algorithm.IsRandomX())];
        if (offered.Length == 0)
        {
            var wanted = string.Join(", ", endpoint.Algorithms.Select(AlgorithmNames.WireName));
            throw new PoolLoginException($"Monero pools are mined with {Algorithm.RandomX.WireName()} or {Algorithm.RandomXV2.WireName()}, not {wanted}");
        }

        var link = await transport.ConnectAsync(endpoint.Url, endpoint.Entry, cancellation);
        var connection = new StratumConnection(link, endpoint, offered, nextSerial, statistics, clock, log);
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
