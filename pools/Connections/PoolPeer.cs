namespace P2PMiner.Pools.Connections;

/// <summary>Who is at the other end.</summary>
/// <param name="Ip">The address connected to; null behind a SOCKS5 proxy.</param>
/// <param name="Tls">"TLSv1.3" or "TLSv1.2"; null without TLS.</param>
/// <param name="TlsFingerprint">SHA-256 of the certificate in DER form, lower-case hex; null without TLS.</param>
internal sealed record PoolPeer(string? Ip, string? Tls, string? TlsFingerprint);
