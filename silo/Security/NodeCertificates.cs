using System.Net.Security;
using P2PMiner.Peers;

namespace P2PMiner.Silo.Security;

/// <summary>
/// This node's own certificate under the current key, made when first needed and remade when two thirds of its life are over or the key
/// was rotated. Its private key never leaves the process. Thread-safe.
/// </summary>
internal sealed class NodeCertificates(NodeId node, ClusterKeyRing ring, TimeProvider clock)
{
    /// <summary>Short, since nothing is ever revoked: a machine that lost the key loses its access within this time.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    /// <summary>Machines without a time service are rarely a day apart.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private SslStreamCertificateContext? _certificate;
    private ClusterKey? _issuedUnder;
    private DateTimeOffset _renewAt;

    public NodeId Node => node;

    public SslStreamCertificateContext Current()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var key = ring.Current;
            if (_certificate is null || now >= _renewAt || !key.Equals(_issuedUnder))
            {
                // Offline: building the chain must not reach for the network. The peer has its own copy of the authority, so none is sent.
                _certificate = SslStreamCertificateContext.Create(key.Authority.Issue(node, now - ClockTolerance, now + Life), null, offline: true);
                _issuedUnder = key;
                _renewAt = now + (Life * 2 / 3);
            }

            return _certificate;
        }
    }
}
