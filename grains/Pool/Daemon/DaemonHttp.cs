using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace P2PMiner.Grains.Pool.Daemon;

/// <summary>The HTTP transport to one daemon, and what it learns of the other end while it connects.</summary>
internal sealed class DaemonHttp(PoolUrl url, PoolEntry entry, ILogger log)
{
    // A template of the largest block of today is 1.2 MB of hex.
    private const int MaxAnswerBytes = 8 << 20;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    private string? _ip;
    private string? _tls;
    private string? _fingerprint;

    public PoolPeer Peer => new(_ip, _tls, _fingerprint);

    public HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTime,
            MaxResponseHeadersLength = 16,
            PlaintextStreamFilter = NoteTlsAsync,
            UseCookies = false,
            UseProxy = entry.Socks5 is not null,
            Proxy = entry.Socks5 is null ? null : new WebProxy($"socks5://{entry.Socks5}"),
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => Accepts(certificate, errors);
        if (entry.Socks5 is null)
        {
            handler.ConnectCallback = ConnectAsync;
        }

        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"{(url.Scheme == PoolScheme.DaemonHttps ? "https" : "http")}://{url.Authority}/"),
            MaxResponseContentBufferSize = MaxAnswerBytes,
            Timeout = Timeout.InfiniteTimeSpan,   // each request has its own, by the injected clock
        };
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            _ip = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private ValueTask<Stream> NoteTlsAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellation)
    {
        _tls = (context.PlaintextStream as SslStream)?.SslProtocol switch
        {
            null => null,
            SslProtocols.Tls13 => "TLSv1.3",
            SslProtocols.Tls12 => "TLSv1.2",
            var other => other.ToString(),
        };
        return ValueTask.FromResult(context.PlaintextStream);
    }

    private bool Accepts(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return false;
        }

        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData()));
        var pinned = entry.TlsFingerprint?.Replace(":", "", StringComparison.Ordinal);
        if (pinned is not null && !fingerprint.Equals(pinned, StringComparison.OrdinalIgnoreCase))
        {
            log.WrongFingerprint(url.Authority, fingerprint);
            return false;
        }

        if (entry.TlsStrict && errors != SslPolicyErrors.None)
        {
            log.UntrustedCertificate(url.Authority, errors);
            return false;
        }

        if (pinned is null && !entry.TlsStrict && _fingerprint != fingerprint)
        {
            log.UnpinnedCertificate(url.Authority, fingerprint);
        }

        _fingerprint = fingerprint;
        return true;
    }
}
