using System.Net;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Transport;

namespace P2PMiner.Pools.Daemon;

/// <summary>
/// HTTP to one daemon, over connections of <see cref="PoolTransport"/>: proxy, TLS and the rules for certificates are the same as for a
/// pool.
/// </summary>
internal sealed class DaemonHttp(PoolUrl url, PoolEntry entry, PoolTransport transport)
{
    // A template of the largest block that exists today is 1.2 MB of hex.
    private const int MaxAnswerBytes = 8 << 20;

    private volatile PoolPeer _peer = new(null, null, null);

    /// <summary>The other end of the newest connection.</summary>
    public PoolPeer Peer => _peer;

    public HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,   // some proxies compress unasked; the bound of an answer is that of its plain bytes
            ConnectCallback = ConnectAsync,
            ConnectTimeout = Timeout.InfiniteTimeSpan,   // each step of the transport has its own, by the injected clock
            MaxResponseHeadersLength = 16,
            UseCookies = false,
            UseProxy = false,   // or the one of the environment would be taken
        };
        var address = new Uri($"http://{url.Authority}/");   // also for daemon+https: what the transport opens is encrypted already
        if (entry.RpcLogin is { Length: > 0 } login)
        {
            // For digest authentication only: a server that asks for the password itself does not get it.
            var colon = login.IndexOf(':');
            handler.Credentials = new CredentialCache { { address, "Digest", new NetworkCredential(login[..colon], login[(colon + 1)..]) } };
        }

        return new HttpClient(handler)
        {
            BaseAddress = address,
            MaxResponseContentBufferSize = MaxAnswerBytes,
            Timeout = Timeout.InfiniteTimeSpan,   // each request has its own, by the injected clock
        };
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var link = await transport.ConnectAsync(url, entry, cancellation);
        _peer = link.Peer;
        return link.Stream;
    }
}
