using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Transport;

/// <summary>An open byte stream to a pool, TLS included where asked for. Its holder disposes the stream.</summary>
internal sealed record PoolLink(Stream Stream, PoolPeer Peer);
