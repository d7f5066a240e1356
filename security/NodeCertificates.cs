using System.Net.Security;
using P2PMiner.Peers;

namespace P2PMiner.Security;

/// <summary>
/// This node's own certificates, made when first needed and made again when two thirds of their life are over. The current key's
/// certificate is for everything; one under another accepted key is shown to clients that ask for that key by name. Their private keys
/// never leave the process. Thread-safe.
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

    /// <summary>
    /// The one for a client that knows the cluster by <paramref name="name"/>, see <see cref="NameOf"/>; the current one if no accepted key
    /// has that name.
    /// </summary>
    public SslStreamCertificateContext Named(string? name) => Under(ring.Accepted.FirstOrDefault(key => NameOf(key) == name) ?? ring.Current);

    /// <summary>
    /// What a client asks for in the handshake: its own key's id, in clear, as in beacons. So a member whose former key is still accepted,
    /// or which switched to the next one a moment earlier, is shown a certificate that it can verify. It begins with a letter, or an id
    /// could be read as an address.
    /// </summary>
    public static string NameOf(ClusterKey key) => $"c-{key.Id}";

    public SslStreamCertificateContext Under(ClusterKey key)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (!_issued.TryGetValue(key, out var issued) || now >= issued.RenewAt)
            {
                // Offline: building the chain must not use the network. The peer has its own copy of the authority, so none is sent.
                var certificate = SslStreamCertificateContext.Create(key.Authority.Issue(node, now - ClockTolerance, now + Life), null, offline: true);
                _issued[key] = issued = new(certificate, now + (Life * 2 / 3));
            }

            return issued.Certificate;
        }
    }

    private sealed record Issued(SslStreamCertificateContext Certificate, DateTimeOffset RenewAt);
}
