using P2PMiner.Hashing;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Pools.Daemon;

/// <summary>Solo mining: daemon+http and daemon+https.</summary>
internal sealed class DaemonConnector(TimeProvider clock, ILogger<DaemonConnector> log) : IPoolConnector
{
    private readonly PoolTransport _transport = new(clock, log);

    public bool Handles(PoolEndpoint endpoint) => endpoint.Url.IsDaemon;

    public async Task<IPoolConnection> ConnectAsync(PoolEndpoint endpoint, Func<ulong> nextSerial, PoolStatistics statistics, CancellationToken cancellation)
    {
        var (url, entry) = (endpoint.Url, endpoint.Entry);
        if (!endpoint.Algorithms.Any(known => known.IsRandomX()))
        {
            throw new PoolProtocolException(
                $"{url.Authority}: solo mining needs {Algorithm.RandomX.WireName()} or {Algorithm.RandomXV2.WireName()}, neither of which is among our algorithms");
        }

        // A template does not say how its block must be hashed: the owner's settings do.
        var algorithm = endpoint.Algorithms.First(known => known.IsRandomX());

        if (entry.User.Length == 0)
        {
            throw new PoolLoginException($"{url.Authority}: solo mining needs a wallet address as user");
        }

        var transport = new DaemonHttp(url, entry, _transport);
        var connection = new DaemonConnection(
            new DaemonClient(transport.CreateClient(), url.Authority, entry.User, !string.IsNullOrEmpty(entry.RpcLogin), clock), transport,
            url.Authority, algorithm, nextSerial, statistics, clock, log);
        try
        {
            await connection.StartAsync(
                string.IsNullOrEmpty(entry.Zmq) ? null : onBlock => new BlockNotices(entry, _transport, onBlock, clock, log), cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
