using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Membership;

/// <summary>
/// Beacons over TLS, for a worker on a network that blocks UDP: at each beat its own goes to the table ports of the nodes named with
/// --connect and of a few others that it has heard of, and each of those answers with its own and with those of the nodes that it hears. So
/// the loss of the named node costs no more than that of any other. No UDP socket is opened.
/// </summary>
internal sealed class TableBeaconTransport : IBeaconTransport
{
    /// <summary>
    /// Besides those named. A node that may be the next master should hear this node itself, because it asks the nodes that it hears for
    /// the table.
    /// </summary>
    public const int MaxOthers = 4;

    /// <summary>How many links at a time ask for the beacons of third nodes; the others carry those of their two ends.</summary>
    private const int Relays = 2;

    /// <summary>A named node that has not answered for this long is called at the addresses in its beacons, if others hear them.</summary>
    private static readonly TimeSpan NamedCounts = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly DiscoveryNode _node;
    private readonly MutualTls _tls;
    private readonly TimeProvider _clock;
    private readonly ILogger<TableBeaconTransport> _log;
    private readonly TimeSpan _freshFor;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<BeaconLink> _named = [];
    private readonly Dictionary<NodeId, (LivingPeer Peer, BeaconLink Link)> _others = [];
    private readonly List<Task> _running = [];
    private BeaconReceived? _received;
    private volatile IReadOnlyList<IPAddress> _addresses = [];
    private TimeSpan _lookedAt;
    private bool _isStopped;
    private volatile bool _changed;

    public TableBeaconTransport(
        DiscoveryNode node, IOptions<DiscoveryOptions> options, NodeCertificates certificates, ClusterKeyRing ring, TimeProvider clock,
        ILogger<TableBeaconTransport> log)
    {
        _node = node;
        _clock = clock;
        _log = log;
        _freshFor = 4 * options.Value.Interval;

        // Without a log of its own: this class logs why a named node is not reached, with its name and port.
        _tls = new(certificates, ring, clock, NullLogger<MutualTls>.Instance);
    }

    public IReadOnlyList<IPAddress> LocalAddresses => _addresses;

    public void Start(BeaconReceived received)
    {
        lock (_gate)
        {
            _received = received;
            Look();
            foreach (var host in _node.Connect)
            {
                _named.Add(Open(new(host.Host, DefaultPorts.Table(host.Port), null, [], host)));
            }
        }

        _log.Calling(_node.Id.Short, string.Join(", ", _node.Connect.Select(host => $"{host.Host}:{DefaultPorts.Table(host.Port)}")));
        NetworkChange.NetworkAddressChanged += OnNetworkChanged;
    }

    public void Send(ReadOnlySpan<byte> datagram, IReadOnlyCollection<IPEndPoint> unicast, IEnumerable<LivingPeer> known)
    {
        var copy = datagram.ToArray();
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            if (_changed || Now - _lookedAt >= LookAgain)
            {
                Look();
            }

            Choose(known);
            BeaconLink[] links = [.. _named, .. _others.Values.Select(other => other.Link)];
            var relays = links.Where(link => Now - link.AnsweredAt < _freshFor).Take(Relays).ToArray();
            foreach (var link in links)
            {
                link.Post(copy, asksForOthers: relays.Length < Relays || relays.Contains(link));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        NetworkChange.NetworkAddressChanged -= OnNetworkChanged;
        Task[] running;
        lock (_gate)
        {
            _isStopped = true;
            running = [.. _running];
        }

        await _stop.CancelAsync();
        await Task.WhenAll(running);
    }

    private TimeSpan Now => _clock.GetElapsedTime(0);

    private void OnNetworkChanged(object? sender, EventArgs e) => _changed = true;

    /// <summary>Opens links to the best of those known that no named link leads to, and ends those to others.</summary>
    private void Choose(IEnumerable<LivingPeer> known)
    {
        var named = _named.Where(link => Now - link.AnsweredAt < NamedCounts).Select(link => link.Node).ToHashSet();
        var chosen = known.Where(peer => peer.Ports.Table != 0 && !named.Contains(peer.Node)).Take(MaxOthers).ToDictionary(peer => peer.Node);
        foreach (var (node, (peer, link)) in _others)
        {
            // Their order may come from what this very link reported.
            if (!chosen.TryGetValue(node, out var now) || now.Ports.Table != peer.Ports.Table || !now.Addresses.ToHashSet().SetEquals(peer.Addresses))
            {
                link.Stop();
                _others.Remove(node);
            }
        }

        foreach (var peer in chosen.Values.Where(peer => !_others.ContainsKey(peer.Node)))
        {
            _others[peer.Node] = (peer, Open(new(peer.Addresses[0].ToString(), peer.Ports.Table, peer.Node, peer.Addresses, null)));
        }
    }

    private BeaconLink Open(BeaconLinkTarget target)
    {
        var link = new BeaconLink(target, _node.Id, _tls, _received!, _clock, _log);
        _running.RemoveAll(task => task.IsCompleted);
        _running.Add(Task.Run(() => link.RunAsync(_stop.Token)));
        return link;
    }

    private void Look()
    {
        _changed = false;
        _lookedAt = Now;
        try
        {
            var addresses = BeaconNetwork.Announced(BeaconNetwork.Read(_node.Bind), _node.Bind);
            if (!addresses.SequenceEqual(_addresses))
            {
                _addresses = addresses;
            }
        }
        catch (Exception error) when (BeaconNetwork.IsUntold(error))
        {
            _log.InterfacesUnreadable(error.Message);
        }
    }
}
