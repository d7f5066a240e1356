using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using P2PMiner.Peers;

namespace P2PMiner.Security;

/// <summary>
/// The private certificate authority of a cluster key: an ECDSA P-256 key derived from it, so that every holder of the key has the same
/// authority. Each process signs its own copy of the CA certificate (ECDSA signatures are randomised); the copies agree in subject, key and
/// key identifier, so a certificate issued by one can be verified with any other.
/// </summary>
internal sealed class ClusterAuthority
{
    /// <summary>TLS server and TLS client: every node is both.</summary>
    internal static readonly OidCollection NodeUsages = [new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")];

    /// <summary>Order of the P-256 group less one (SEC 2, secp256r1): private keys are 1 to this.</summary>
    private static readonly BigInteger LargestScalar = BigInteger.Parse(
        "0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>64 bits more than the group's order: the bias of the reduction is below 2^-64 (FIPS 186-5, A.2.1).</summary>
    private const int ScalarSeedBytes = 40;

    private readonly ECDsa _key;

    internal ClusterAuthority(ClusterKey clusterKey)
    {
        var seed = new BigInteger(clusterKey.Derive("certificate authority", ScalarSeedBytes), isUnsigned: true, isBigEndian: true);
        var scalar = (seed % LargestScalar + 1).ToByteArray(isUnsigned: true, isBigEndian: true);
        var padded = new byte[32];
        scalar.CopyTo(padded, padded.Length - scalar.Length);
        _key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = padded });

        var request = new CertificateRequest($"CN=p2p-miner cluster {clusterKey.Id}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        // Fixed dates: the copies must not differ, and an authority that lives as long as its key needs no renewal.
        Certificate = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(_key),
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero),
            clusterKey.Derive("certificate authority serial", 8));
    }

    /// <summary>This process's copy, without the private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Makes a certificate with a fresh key for <paramref name="node"/>: CN = node id, usable as TLS server and client.</summary>
    public X509Certificate2 Issue(NodeId node, DateTimeOffset notBefore, DateTimeOffset notAfter)
        => Issue(node.ToString(), notBefore, notAfter, NodeUsages);

    internal X509Certificate2 Issue(string commonName, DateTimeOffset notBefore, DateTimeOffset notAfter, OidCollection usages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(commonName);
        request.CertificateExtensions.Add(names.Build());

        using var signed = request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), notBefore, notAfter,
            RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }
}
