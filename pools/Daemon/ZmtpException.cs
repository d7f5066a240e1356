namespace P2PMiner.Pools.Daemon;

/// <summary>The other end is no publisher of ZMTP 3, or says something that ZMTP does not know.</summary>
internal sealed class ZmtpException(string message) : IOException(message);
