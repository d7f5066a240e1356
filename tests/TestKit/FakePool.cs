using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace P2PMiner.TestKit;

/// <summary>A pool on loopback that does nothing by itself: the test accepts connections, reads what came and says what goes out.</summary>
internal sealed class FakePool : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly X509Certificate2? _certificate;
    private readonly List<FakePoolClient> _clients = [];

    /// <param name="port">0: any free one.</param>
    public FakePool(X509Certificate2? certificate = null, int port = 0)
    {
        _listener = new(IPAddress.Loopback, port);
        _certificate = certificate;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    public string Url => $"stratum+{(_certificate is null ? "tcp" : "ssl")}://127.0.0.1:{Port}";

    /// <summary>Arm before the client connects; with TLS the handshake is part of it.</summary>
    public Task<FakePoolClient> AcceptAsync() => Eventually.ComesAsync(AcceptOneAsync(), "connection to the pool");

    /// <summary>Refuses connections from now on, as a pool that is down.</summary>
    public void Stop() => _listener.Stop();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }
    }

    /// <summary>A certificate nobody vouches for, as many pools have.</summary>
    public static X509Certificate2 SelfSigned(string commonName = "fake pool")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    public static string Fingerprint(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

    private async Task<FakePoolClient> AcceptOneAsync()
    {
        Stream stream = new NetworkStream(await _listener.AcceptSocketAsync(), ownsSocket: true);
        if (_certificate is not null)
        {
            var tls = new SslStream(stream);
            // Offline: the pool itself must not look for the issuer of what it shows.
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true) });
            stream = tls;
        }

        var client = new FakePoolClient(stream);
        _clients.Add(client);
        return client;
    }
}
