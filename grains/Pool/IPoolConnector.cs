namespace P2PMiner.Grains.Pool;

/// <summary>Makes connections to pools of one or more URL schemes.</summary>
internal interface IPoolConnector
{
    bool Handles(PoolUrl url);

    /// <summary>Connects and logs in. Job serial numbers come from <paramref name="nextSerial"/>.</summary>
    Task<IPoolConnection> ConnectAsync(PoolEndpoint endpoint, Func<ulong> nextSerial, CancellationToken cancellation);
}
