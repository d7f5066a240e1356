using System.Security.Cryptography.X509Certificates;
using P2PMiner.Peers;

namespace P2PMiner.Security;

/// <summary>Judges the certificate that the other side of a handshake shows.</summary>
internal static class PeerCertificate
{
    /// <returns>Null: a member of the cluster. Else why it is not, in a few words.</returns>
    /// <param name="usage">What the peer must be allowed to be: TLS client or TLS server, as an object identifier.</param>
    public static string? Refusal(X509Certificate2? certificate, string usage, ClusterKeyRing ring, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return "no certificate";
        }

        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .SelectMany(extension => extension.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>());
        // For X.509 a missing extension means "any"; here it means that no member made the certificate.
        if (!usages.Any(oid => oid.Value == usage))
        {
            return "certificate for another use";
        }

        if (!TryGetNode(certificate, out _))
        {
            return "certificate names no node";
        }

        var reason = "certificate of another cluster";
        foreach (var key in ring.Accepted)
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(key.Authority.Certificate);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.VerificationTime = now.UtcDateTime;
            // Otherwise a stranger's certificate could make this node fetch an address of the stranger's choice.
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.ApplicationPolicy.Add(new(usage));
            var trusted = chain.Build(certificate);
            if (trusted && chain.ChainElements.Count == 2)
            {
                return null;
            }

            if (chain.ChainStatus.All(status => status.Status is X509ChainStatusFlags.NotTimeValid))
            {
                reason = now < certificate.NotBefore ? "certificate not valid yet: are the clocks right?" : "certificate expired: are the clocks right?";
            }
        }

        return reason;
    }

    /// <summary>The node id in the subject. Trust it only after <see cref="Refusal"/> found nothing wrong.</summary>
    public static bool TryGetNode(X509Certificate2 certificate, out NodeId node)
        => NodeId.TryParse(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), out node);
}
