using System.Threading.Channels;
using P2PMiner.Jobs;
using P2PMiner.Pool;

namespace P2PMiner.Pools.Connections;

/// <summary>One logged-in connection to a pool or daemon. Once it has ended, a new one is made to go on.</summary>
internal interface IPoolConnection : IAsyncDisposable
{
    /// <summary>
    /// Jobs as they come, the first at once after the login. Completes when the connection ends, with the reason as its error:
    /// <see cref="PoolProtocolException"/>, <see cref="PoolLoginException"/> or the transport's own exception.
    /// </summary>
    ChannelReader<PoolJob> Jobs { get; }

    PoolPeer Peer { get; }

    /// <summary>
    /// Sends a share of one of this connection's jobs and awaits the pool's answer. Never throws for a refusal; throws the transport's exception when the
    /// connection ends before the answer, so that the session can hand the share in again.
    /// </summary>
    Task<SubmitResult> SubmitAsync(PoolJob job, VerifiedShare share, CancellationToken cancellation);
}
