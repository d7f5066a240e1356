using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Transport;

/// <summary>Opens connections to pools: TCP, through a SOCKS5 proxy where configured, TLS where the URL asks for it.</summary>
internal sealed class PoolTransport(TimeProvider clock, ILogger log)
{
    private const string SpeaksTls = "does this port speak TLS?";

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    /// <summary>A proxy makes the whole connection before it answers; Tor is slow.</summary>
    private static readonly TimeSpan ProxyLimit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, string> _seenFingerprints = new();

    /// <summary>To a pool or daemon, with TLS where its URL asks for it.</summary>
    /// <exception cref="PoolProtocolException">The certificate is not the pinned or a trusted one.</exception>
    /// <exception cref="IOException">Also <see cref="SocketException"/>, <see cref="AuthenticationException"/>, <see cref="TimeoutException"/>.</exception>
    public async Task<PoolLink> ConnectAsync(PoolUrl url, PoolEntry entry, CancellationToken cancellation)
    {
        var (stream, ip) = await OpenAsync(url.Host, url.Port, entry, cancellation);
        if (url.Scheme is not (PoolScheme.StratumTls or PoolScheme.DaemonHttps))
        {
            return new(new PlainStream(stream, url.IsDaemon ? "daemon+https" : "stratum+ssl"), new(ip, null, null));
        }

        try
        {
            var (tls, fingerprint) = await clock.WithinAsync(HandshakeLimit, "TLS handshake", token => SecureAsync(stream, url, entry, token), cancellation);
            return new(tls, new(ip, tls.SslProtocol == SslProtocols.Tls13 ? "TLSv1.3" : "TLSv1.2", fingerprint));
        }
        catch (TimeoutException late)
        {
            await stream.DisposeAsync();
            throw new TimeoutException($"{late.Message}: {SpeaksTls}");
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>To any port of a pool's or daemon's host, without TLS, through the proxy of <paramref name="entry"/> if it has one.</summary>
    /// <returns>The address connected to; null behind a proxy. The caller disposes the stream.</returns>
    /// <exception cref="IOException">Also <see cref="SocketException"/>, <see cref="TimeoutException"/>.</exception>
    public async Task<(Stream Stream, string? Ip)> OpenAsync(string host, int port, PoolEntry entry, CancellationToken cancellation)
    {
        Socks5Proxy? proxy = null;
        if (!string.IsNullOrEmpty(entry.Socks5) && !Socks5Proxy.TryParse(entry.Socks5, out proxy, out var error))
        {
            throw new ArgumentException(error, nameof(entry));
        }

        var socket = await clock.WithinAsync(
            ConnectLimit, "connection", token => ConnectAnyAsync(proxy?.Host ?? host, proxy?.Port ?? port, token), cancellation);
        var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (proxy is null)
            {
                return (stream, socket.RemoteEndPoint is IPEndPoint remote ? Plain(remote.Address).ToString() : null);
            }

            await clock.WithinAsync(ProxyLimit, "connection through the proxy", async token =>
            {
                await Socks5Handshake.ConnectAsync(stream, proxy, host, port, token);
                return true;
            }, cancellation);
            return (stream, null);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tries the host's addresses one after the other; each gets its part of the time, so that a dead IPv6 route does not cost it all.</summary>
    private async Task<Socket> ConnectAnyAsync(string host, int port, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellation);
        Exception failure = new SocketException((int)SocketError.HostNotFound);
        for (var i = 0; i < addresses.Length; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                KeepAlive(socket);
                await clock.WithinAsync(ConnectLimit / Math.Min(addresses.Length - i, 3), "connection", async token =>
                {
                    await socket.ConnectAsync(addresses[i], port, token);
                    return true;
                }, cancellation);
                return socket;
            }
            catch (Exception attempt)
            {
                socket.Dispose();
                cancellation.ThrowIfCancellationRequested();
                failure = attempt;
            }
        }

        throw failure;
    }

    /// <summary>
    /// A pool whose machine has vanished sends nothing, not even an end; without this an idle connection would look alive for hours.
    /// </summary>
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private async Task<(SslStream Stream, string Fingerprint)> SecureAsync(Stream inner, PoolUrl url, PoolEntry entry, CancellationToken cancellation)
    {
        string? fingerprint = null, refusal = null;
        var tls = new SslStream(inner);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = url.Host,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                // The chain is built even with a pinned certificate, and a pool's certificate could make this node fetch an address of the
                // pool's choice.
                CertificateChainPolicy = new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    (fingerprint, refusal) = Judge(certificate, errors, entry);
                    return refusal is null;
                },
            }, cancellation);
        }
        catch (Exception failure)
        {
            await tls.DisposeAsync();
            if (refusal is not null && failure is AuthenticationException)
            {
                throw new PoolProtocolException(refusal);
            }

            throw failure is AuthenticationException or IOException
                ? new AuthenticationException($"no TLS handshake: {TlsFailure.Reason(failure, SpeaksTls)}") : failure;
        }

        Announce(url.Authority, fingerprint!, entry);
        return (tls, fingerprint!);
    }

    /// <summary>
    /// Pinned: that certificate and no other. Strict: the system must trust it. Else any certificate: most pools sign their own.
    /// </summary>
    private static (string? Fingerprint, string? Refusal) Judge(X509Certificate? certificate, SslPolicyErrors errors, PoolEntry entry)
    {
        if (certificate is null)
        {
            return (null, "the pool shows no TLS certificate");
        }

        var actual = SHA256.HashData(certificate.GetRawCertData());
        var fingerprint = Convert.ToHexStringLower(actual);
        if (!string.IsNullOrEmpty(entry.TlsFingerprint))
        {
            Span<byte> pinned = stackalloc byte[SHA256.HashSizeInBytes];
            pinned.Clear();
            Convert.FromHexString(entry.TlsFingerprint, pinned, out _, out var read);
            if (read != pinned.Length || !CryptographicOperations.FixedTimeEquals(actual, pinned))
            {
                return (fingerprint, $"TLS fingerprint is {fingerprint}, pinned is {entry.TlsFingerprint.ToLowerInvariant()}");
            }
        }

        return entry.TlsStrict && errors != SslPolicyErrors.None
            ? (fingerprint, $"TLS certificate {fingerprint} is not trusted ({errors})")
            : (fingerprint, null);
    }

    private void Announce(string pool, string fingerprint, PoolEntry entry)
    {
        if (!string.IsNullOrEmpty(entry.TlsFingerprint))
        {
            return;
        }

        string? before = null;
        _seenFingerprints.AddOrUpdate(pool, fingerprint, (_, earlier) =>
        {
            before = earlier;
            return fingerprint;
        });
        if (before is null)
        {
            log.FingerprintUnpinned(pool, fingerprint);
        }
        else if (before != fingerprint)
        {
            log.FingerprintChanged(pool, fingerprint);
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
