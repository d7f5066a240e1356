using System.Collections.Immutable;
using System.Net;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Membership;

namespace P2PMiner.Membership.Tests;

/// <summary>One node's table port, file and coordinator on loopback; the test plays the election.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-node-").FullName;
    private readonly List<ulong> _learnt = [];
    private readonly ServiceProvider _services;
    private readonly List<ServiceProvider> _siloServices = [];

    private TestNode(uint id, ClusterKeyRing ring, ILoggerFactory logs)
    {
        Id = new(id);
        _services = new ServiceCollection().AddSingleton<IClusterMembershipService>(Refreshes).BuildServiceProvider();
        Mastership = new(logs.CreateLogger<Mastership>());
        Mastership.TermLearnt += term => { lock (_learnt) _learnt.Add(term); };
        Tls = new(new NodeCertificates(Id, ring, TimeProvider.System), ring, TimeProvider.System, logs.CreateLogger<MutualTls>());
        // On a busy machine a peer must not be left out for being slow: what is tested is what the others do with its answer.
        Membership = new(_folder, "cluster", Mastership, Tls, (_, _, _, _)
            => new(0, []), TimeProvider.System, logs)
        { HandOverLimit = TimeSpan.FromSeconds(20) };
    }

    public NodeId Id { get; }

    public RefreshCounter Refreshes { get; } = new();

    public Mastership Mastership { get; }

    public MutualTls Tls { get; }

    public ClusterMembership Membership { get; }

    public IPEndPoint TablePort { get; private set; } = null!;

    public IReadOnlyList<ulong> Learnt
    {
        get { lock (_learnt) return [.. _learnt]; }
    }

    public static async Task<TestNode> StartAsync(uint id, ClusterKeyRing ring, ILoggerFactory? logs = null)
    {
        var node = new TestNode(id, ring, logs ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        node.TablePort = await node.Membership.StartAsync(new(IPAddress.Loopback, 0), CancellationToken.None);
        return node;
    }

    /// <summary>What an election would publish on this node.</summary>
    public void Elect(ulong term, TestNode master, params IEnumerable<TestNode> living) => Elect(
        new(master.Id, term, master.TablePort, master == this), living.Where(node => node != this).Select(node => node.Living));

    public void Elect(Master master, params IEnumerable<LivingPeer> living)
    {
        Mastership.HighestTerm = master.Term;
        Mastership.Publish(
            new(master.IsSelf ? MasterRole.Master : MasterRole.Following, master.Node, master.Term), master,
            living.ToImmutableSortedDictionary(peer => peer.Node, peer => peer));
    }

    /// <summary>A table as a silo host of this node would get it, but of no silo in particular.</summary>
    public ProxyMembershipTable OpenTable() => Membership.OpenTable(_services);

    /// <summary>The table of the host of <paramref name="silo"/>.</summary>
    public ProxyMembershipTable OpenTable(SiloAddress silo)
    {
        _siloServices.Add(new ServiceCollection()
            .AddSingleton<IClusterMembershipService>(Refreshes).AddSingleton<ILocalSiloDetails>(new SiloDetails(silo)).BuildServiceProvider());
        return Membership.OpenTable(_siloServices[^1]);
    }

    /// <summary>As others hear it.</summary>
    private LivingPeer Living => new()
    {
        Node = Id,
        Boot = 1,
        Addresses = [TablePort.Address],
        Ports = new(0, 0, (ushort)TablePort.Port),
        Summary = default,
        Election = new() { Term = 0 },
    };

    public async ValueTask DisposeAsync()
    {
        await Membership.DisposeAsync();
        foreach (var services in _siloServices)
        {
            await services.DisposeAsync();
        }

        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed record SiloDetails(SiloAddress SiloAddress) : ILocalSiloDetails
    {
        public string Name => "silo";

        public string ClusterId => P2PMiner.ClusterName.Orleans;

        public string DnsHostName => "host";

        public SiloAddress GatewayAddress => SiloAddress;
    }
}
