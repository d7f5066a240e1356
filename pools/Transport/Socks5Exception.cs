namespace P2PMiner.Pools.Transport;

/// <summary>The proxy refused, or is none.</summary>
internal sealed class Socks5Exception(string message) : IOException(message);
