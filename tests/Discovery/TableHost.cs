using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;
using P2PMiner.TestKit;

namespace P2PMiner.Discovery.Tests;

/// <summary>A node with real discovery, real TLS and a real table port on a loopback address of its own.</summary>
internal sealed class TableHost : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-beacons-").FullName;
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly Mastership _mastership = new(NullLogger<Mastership>.Instance);
    private readonly TableServer? _server;
    private readonly TableListener? _listener;
    private bool _isStopped;

    private TableHost(ulong id, ClusterKeyRing ring, NodeMode mode, string address, IReadOnlyList<DnsEndPoint> connect,
        Func<DiscoveryNode, IBeaconTransport>? udp, bool hasTablePort, int port)
    {
        var options = Options.Create(new DiscoveryOptions
        {
            Interval = TimeSpan.FromMilliseconds(50),
            Timeout = TimeSpan.FromSeconds(3),
            SettleTime = TimeSpan.FromMilliseconds(300),
        });
        Tls = new(new(new(id), ring, TimeProvider.System), ring, TimeProvider.System, NullLogger<MutualTls>.Instance);
        if (hasTablePort)
        {
            var table = new SqliteMembershipTable(new(_folder), ClusterName.Orleans, _services, TimeProvider.System, NullLogger.Instance);
            _server = new(table, new SiloView(), _mastership, NullLogger<TableServer>.Instance);
            _listener = new(new(IPAddress.Parse(address), port), Tls, _server, (peer, from, datagram, since)
                => Discovery!.Answer(peer, from, datagram, since), TimeProvider.System, Drops);
        }

        var node = new DiscoveryNode
        {
            Id = new(id),
            Mode = mode,
            Ports = new(9999, 9998, (ushort)(_listener?.EndPoint.Port ?? 0)),
            Bind = IPAddress.Parse(address),
            Connect = connect,
            DataFolder = _folder,
        };
        Transport = udp?.Invoke(node)
            ?? new TableBeaconTransport(node, options, new NodeCertificates(node.Id, ring, TimeProvider.System), ring, TimeProvider.System, Links);
        Discovery = new(node, options, new BeaconKeyRing(new RingBeaconKeys(ring).Now), Transport, _mastership, TimeProvider.System,
            NullLogger<DiscoveryService>.Instance);
    }

    public DiscoveryService Discovery { get; }

    public IBeaconTransport Transport { get; }

    public MutualTls Tls { get; }

    public RecordingLogger<TableBeaconTransport> Links { get; } = new();

    public RecordingLogger<TableListener> Drops { get; } = new();

    public MasterView View => _mastership.Current;

    public IPEndPoint TablePort => _listener!.EndPoint;

    /// <summary>What a worker's --connect would name.</summary>
    public DnsEndPoint Named => new(TablePort.Address.ToString(), TablePort.Port + 2);

    /// <summary>A node that hears others on <paramref name="network"/>.</summary>
    public static async Task<TableHost> StartAsync(ulong id, ClusterKeyRing ring, QueuedBeacon network, string address, bool hasTablePort = true, int port = 0)
    {
        var host = new TableHost(id, ring, NodeMode.Auto, address, [], _ => network.Open(address), hasTablePort, port);
        await host.Discovery.StartAsync(CancellationToken.None);
        return host;
    }

    /// <summary>A worker with --connect.</summary>
    public static async Task<TableHost> StartWorkerAsync(ulong id, ClusterKeyRing ring, params DnsEndPoint[] connect)
    {
        var worker = new TableHost(id, ring, NodeMode.Worker, "127.0.0.1", connect, udp: null, hasTablePort: true, port: 0);
        await worker.Discovery.StartAsync(CancellationToken.None);
        return worker;
    }

    public IReadOnlyList<string> LinesOf(int id) => [.. Links.Entries.Where(line => line.Id == id).Select(line => line.Text)];

    /// <summary>Its network and its ports are gone at once.</summary>
    public async Task KillAsync()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            await Transport.DisposeAsync();
            if (_listener is not null)
            {
                await _listener.DisposeAsync();
            }

            await Discovery.StopAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Discovery.Dispose();
        _server?.Dispose();
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
