using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using P2PMiner.Peers;

namespace P2PMiner.Security;

/// <summary>
/// The handshake of every TCP connection in the cluster: TLS 1.3, a certificate of the cluster on both sides, 5 s at most. Used for
/// silo-silo, gateway and table connections by the miner, and for the gateway by the console. Thread-safe.
/// </summary>
internal sealed class MutualTls(NodeCertificates own, ClusterKeyRing ring, TimeProvider clock, ILogger<MutualTls> log)
{
    public static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Inbound handshakes in progress at once, on all ports together. A thousand nodes that come at once are all in after a few seconds, in
    /// turns.
    /// </summary>
    public const int MaxHandshakes = 128;

    /// <summary>The same for one address, behind which there may be a network with many nodes.</summary>
    public const int MaxHandshakesOfOneAddress = 48;

    /// <summary>
    /// Handshakes that were told to end and have not ended yet. Accepting goes on only when there are fewer: a stranger can connect ten
    /// times as fast as handshakes are answered or ended.
    /// </summary>
    private const int MaxEndingHandshakes = 16;

    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly RefusalLog _refusals = new(clock, log);
    private readonly HandshakeGate _gate = new(MaxHandshakes, MaxHandshakesOfOneAddress);
    private readonly SemaphoreSlim _room = new(MaxHandshakes + MaxEndingHandshakes);

    /// <summary>Opens a port for members.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The port is in use, or the address is not one of this machine.</exception>
    public MemberListener Listen(IPEndPoint endPoint) => new(endPoint, this, clock, log);

    /// <summary>Must be awaited before a connection is accepted; <see cref="LeaveRoom"/> follows when its handshake has ended.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellation) => _room.WaitAsync(cancellation);

    public void LeaveRoom() => _room.Release();

    /// <summary>Ends the least important inbound handshake, if there is any, because something that it holds is needed.</summary>
    public void EndOldestHandshake() => _gate.EndOldest();

    /// <summary>Answers a peer's handshake over <paramref name="transport"/>, which the returned stream owns; disposes it when the peer is refused.</summary>
    /// <exception cref="AuthenticationException">The peer is no member; already logged.</exception>
    public Task<SslStream> AcceptAsync(Stream transport, EndPoint? from, CancellationToken cancellation)
        => HandshakeAsync(transport, from, expected: null, isServer: true, cancellation);

    /// <summary>Begins a handshake with the peer behind <paramref name="transport"/>.</summary>
    /// <param name="expected">The node that must answer; null: any of the cluster.</param>
    /// <exception cref="AuthenticationException">The peer is no member, or another node; already logged.</exception>
    /// <remarks>With TLS 1.3 this returns before the peer has judged our certificate: a refusal is seen at the first read.</remarks>
    public Task<SslStream> ConnectAsync(Stream transport, EndPoint? to, NodeId? expected, CancellationToken cancellation)
        => HandshakeAsync(transport, to, expected, isServer: false, cancellation);

    /// <summary>The node at the other end of an authenticated stream.</summary>
    public static NodeId NodeOf(SslStream stream)
        => stream.RemoteCertificate is X509Certificate2 certificate && PeerCertificate.TryGetNode(certificate, out var node) ? node
            : throw new InvalidOperationException("the stream is not authenticated");

    private async Task<SslStream> HandshakeAsync(Stream transport, EndPoint? peer, NodeId? expected, bool isServer, CancellationToken cancellation)
    {
        string? refusal = null;
        var spoke = !isServer;
        using var limit = new CancellationTokenSource(HandshakeLimit, clock);
        // Before the stream, because its buffers are the expensive part.
        using var place = isServer ? _gate.Enter(peer, () => Cancel(limit)) : null;
        var stream = new SslStream(transport, leaveInnerStreamOpen: false, (_, certificate, _, _) =>
        {
            refusal = PeerCertificate.Refusal(certificate as X509Certificate2, isServer ? ClientUsage : ServerUsage, ring, clock.GetUtcNow());
            if (refusal is null && expected is { } node && (!PeerCertificate.TryGetNode((X509Certificate2)certificate!, out var shown) || shown != node))
            {
                refusal = "certificate of another node";
            }

            return refusal is null;
        });

        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await (isServer ? stream.AuthenticateAsServerAsync((_, hello, _, _) => Answer(hello), null, either.Token)
                : stream.AuthenticateAsClientAsync(ClientOptions(), either.Token));
            return stream;
        }
        catch (Exception error) when (error is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException)
        {
            await stream.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            var ask = isServer ? "does the other side speak TLS?" : "does that port speak TLS?";
            refusal ??= place is { GaveWay: true } ? "too many handshakes at once: the oldest gave way"
                : limit.IsCancellationRequested ? $"no handshake within 5 s: {ask}"
                : $"no TLS 1.3 handshake: {TlsFailure.Reason(error, ask)}";
            if (spoke || error is not IOException)
            {
                // Not for a peer that left without a word, as somebody who checks whether the port is open does.
                _refusals.Add(peer, isServer, refusal);
            }

            throw new AuthenticationException(refusal);
        }

        ValueTask<SslServerAuthenticationOptions> Answer(SslClientHelloInfo hello)
        {
            spoke = true;
            // What had to end while its first message waited for a thread must not cost a certificate's context any more.
            either.Token.ThrowIfCancellationRequested();
            return new(ServerOptions(hello.ServerName));
        }
    }

    /// <summary>
    /// For the chain that SslStream builds before it asks us and we build our own: here too, a stranger's certificate must not make this
    /// node fetch anything.
    /// </summary>
    private static X509ChainPolicy NoDownloads() => new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };

    private static void Cancel(CancellationTokenSource handshake)
    {
        try
        {
            handshake.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at this moment.
        }
    }

    private SslServerAuthenticationOptions ServerOptions(string asked) => new()
    {
        ServerCertificateContext = own.Named(asked),
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateChainPolicy = NoDownloads(),
        // A resumed session would skip checking the peer's certificate, which may have expired or been rotated away since.
        AllowTlsResume = false,
        AllowRenegotiation = false,
    };

    private SslClientAuthenticationOptions ClientOptions()
    {
        var key = ring.Current;
        return new()
        {
            TargetHost = NodeCertificates.NameOf(key),
            ClientCertificateContext = own.Under(key),
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateChainPolicy = NoDownloads(),
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };
    }
}
