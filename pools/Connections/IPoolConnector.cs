namespace P2PMiner.Pools.Connections;

/// <summary>Makes connections to the pools whose protocol it speaks.</summary>
internal interface IPoolConnector
{
    /// <summary>The protocol depends on the URL, and for a Stratum pool on what is to be mined there: see <c>StratumDialect</c>.</summary>
    bool Handles(PoolEndpoint endpoint);

    /// <summary>Connects and logs in. Job serial numbers come from <paramref name="nextSerial"/>.</summary>
    /// <param name="statistics">Where the connection counts what it skips, retries and refuses.</param>
    Task<IPoolConnection> ConnectAsync(PoolEndpoint endpoint, Func<ulong> nextSerial, PoolStatistics statistics, CancellationToken cancellation);
}
