using System.Net.Security;
using P2PMiner.Peers;

namespace P2PMiner.Security;

/// <summary>
/// This node's own certificates, made when first needed and remade when two thirds of their life are over. The current key's is for
/// everything; one under another accepted key is shown to who asks for that key by name. Their private keys never leave the process. Thread-safe.
/// </summary>
internal sealed class NodeCertificates(NodeId node, ClusterKeyRing ring, TimeProvider clock)
{
    /// <summary>Short, since nothing is ever revoked: a machine that lost the key loses its access within this time.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    /// <summary>Machines without a time service are rarely a day apart.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<ClusterKey, Issued> _issued = [];

    public NodeId Node => node;

    public SslStreamCertificateContext Current() => Under(ring.Current);

    /// <summary>The one for who knows the cluster by <paramref name="name"/>, see <see cref="NameOf"/>; the current one where that is no accepted key's.</summary>
    public SslStreamCertificateContext Named(string? name) => Under(ring.Accepted.FirstOrDefault(key => NameOf(key) == name) ?? ring.Current);

    /// <summary>
    /// What a client asks for in the handshake, in clear as beacons have it too: its own key's id. So a member whose former key is still let in, or who
    /// has gone over to the next one a moment earlier, is shown a certificate it can judge. A letter first, or an id could read as an address.
    /// </summary>
    public static string NameOf(ClusterKey key) => $"c-{key.Id}";

    public SslStreamCertificateContext Under(ClusterKey key)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (!_issued.TryGetValue(key, out var issued) || now >= issued.RenewAt)
            {
                // Offline: building the chain must not reach for the network. The peer has its own copy of the authority, so none is sent.
                var certificate = SslStreamCertificateContext.Create(key.Authority.Issue(node, now - ClockTolerance, now + Life), null, offline: true);
                _issued[key] = issued = new(certificate, now + (Life * 2 / 3));
            }

            return issued.Certificate;
        }
    }

    private sealed record Issued(SslStreamCertificateContext Certificate, DateTimeOffset RenewAt);
}
