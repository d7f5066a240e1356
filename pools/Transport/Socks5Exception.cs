namespace P2PMiner.Pools.Transport;

/// <summary>The proxy refused, or is not a SOCKS5 proxy.</summary>
internal sealed class Socks5Exception(string message) : IOException(message);
