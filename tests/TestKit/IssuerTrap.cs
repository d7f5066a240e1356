using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace P2PMiner.TestKit;

/// <summary>
/// A certificate that says where its issuer's can be fetched, and the listener there: it never answers, and counts who comes. A handshake that fetches would
/// last until that times out.
/// </summary>
internal sealed class IssuerTrap : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _caught = [];

    public IssuerTrap()
    {
        _listener.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/issuer.cer";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: [url], caIssuersUris: [url]));
        var now = TimeProvider.System.GetUtcNow();
        using var leaf = request.Create(
            new X500DistinguishedName("CN=an issuer that nobody has"), X509SignatureGenerator.CreateForECDsa(issuerKey), now.AddDays(-1),
            now.AddDays(1), [1, 2, 3]);
        using var withKey = leaf.CopyWithPrivateKey(key);
        Certificate = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        _ = CatchAsync();
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>How many connections came.</summary>
    public int Caught
    {
        get
        {
            lock (_caught)
            {
                return _caught.Count + (_listener.Pending() ? 1 : 0);
            }
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Certificate.Dispose();
        lock (_caught)
        {
            _caught.ForEach(socket => socket.Dispose());
        }
    }

    private async Task CatchAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                lock (_caught)
                {
                    _caught.Add(socket);
                }
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
        }
    }
}
