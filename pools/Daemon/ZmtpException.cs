namespace P2PMiner.Pools.Daemon;

/// <summary>The other end is not a publisher of ZMTP 3, or sends something that is not ZMTP.</summary>
internal sealed class ZmtpException(string message) : IOException(message);
