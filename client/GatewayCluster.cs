using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using P2PMiner.Alerts;
using P2PMiner.Doctor;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Keys;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Security;

namespace P2PMiner.Client;

/// <summary>The cluster behind one silo's gateway.</summary>
internal sealed class GatewayCluster : ICluster, IAsyncDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>From a connection that stands to a client that can ask: a small board that hashes on all its cores takes its time.</summary>
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(15);

    /// <summary>One silent node must not hold up a table of many.</summary>
    private static readonly TimeSpan PeerAnswersWithin = TimeSpan.FromSeconds(2);

    private readonly IHost _host;
    private readonly IClusterClient _client;

    private readonly ClusterKeyRing? _keys;

    private GatewayCluster(IHost host, ClusterKeyRing? keys)
    {
        _host = host;
        _keys = keys;
        _client = host.Services.GetRequiredService<IClusterClient>();
    }

    /// <exception cref="ClusterUnreachableException">No silo of the key's cluster answers within 5 s.</exception>
    public static async Task<GatewayCluster> ConnectAsync(string host, int port, ClusterKeyRing key, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(AnswerWithin);
        IHost? client = null;
        try
        {
            var gateway = new IPEndPoint(await ResolveAsync(host, deadline.Token), port);
            // Orleans takes long to notice that nobody listens on a port; a plain connection knows at once.
            using (var probe = new TcpClient(gateway.AddressFamily))
            {
                await probe.ConnectAsync(gateway, deadline.Token);
            }

            client = Build(gateway, client => client.AddClusterSecurity(new MutualTls(
                new NodeCertificates(NodeId.NewRandom(), key, TimeProvider.System), key, TimeProvider.System, NullLogger<MutualTls>.Instance)));
            deadline.CancelAfter(StartWithin);
            await client.StartAsync(deadline.Token).WaitAsync(deadline.Token);
            var cluster = new GatewayCluster(client, key);
            client = null;
            return cluster;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Whatever went wrong on the way (no address, refused, another protocol on the port), the message to the user is the same.
            throw new ClusterUnreachableException($"no silo answers at {host}:{port}; is p2p-miner running there, is that its "
                + "--gateway-port, and is the cluster key in --data the key of its cluster?");
        }
        finally
        {
            client?.Dispose();
        }
    }

    /// <summary>The cluster of a node on this machine, without a key.</summary>
    /// <exception cref="RefusedException">This user may not connect.</exception>
    /// <exception cref="ClusterUnreachableException">Nobody answers there.</exception>
    public static async Task<GatewayCluster> ConnectAsync(string socket, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(AnswerWithin);
        IHost? client = null;
        try
        {
            var gateway = await new ConsoleSocketFactory(socket).FindGatewayAsync(deadline.Token);
            client = Build(gateway, client => client.AddConsoleSocket(socket));
            deadline.CancelAfter(StartWithin);
            await client.StartAsync(deadline.Token).WaitAsync(deadline.Token);
            var cluster = new GatewayCluster(client, null);
            client = null;
            return cluster;
        }
        catch (Exception error) when (error is EndOfStreamException or SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            throw new RefusedException($"{socket}: you may not connect: run the same command with sudo, or let root add you to its group: usermod -aG {DataFolder.ServiceUser} USER");
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            throw new ClusterUnreachableException($"no silo answers at {socket}; is p2p-miner running? See systemctl status p2p-miner");
        }
        finally
        {
            client?.Dispose();
        }
    }

    public async Task<PoolStatus> GetPoolAsync() => await (await PoolAsync()).GetStatusAsync();

    public async Task<JobStatus> GetJobAsync() => await (await JobsAsync()).GetStatusAsync();

    public async Task<PeerStatus?> GetPeerAsync(string node)
    {
        try
        {
            return await Peer(node).GetStatusAsync().AsTask().WaitAsync(PeerAnswersWithin);
        }
        catch (Exception silent) when (silent is TimeoutException or OrleansException)
        {
            return null;
        }
    }

    public async Task<NodeReport?> ExamineAsync(string node)
    {
        try
        {
            return await _client.GetGrain<INodeDoctorGrain>(node).ExamineAsync();
        }
        catch (Exception silent) when (silent is TimeoutException or OrleansException or WireValueException or ArgumentException)
        {
            // ArgumentException: Orleans finds no such grain where all nodes are of a version without a doctor.
            return null;
        }
    }

    public async Task<AlertStatus> GetAlertsAsync() => await (await AlertsAsync()).GetStatusAsync();

    public async Task<IReadOnlyList<AlertSinkStatus>> TestAlertsAsync() => await (await AlertsAsync()).TestAsync();

    public Task PauseAsync(string node) => Peer(node).PauseAsync().AsTask();

    public Task ResumeAsync(string node) => Peer(node).ResumeAsync().AsTask();

    public Task DrainAsync(string node) => Peer(node).DrainAsync().AsTask();

    public Task SetThreadsAsync(string node, int threads) => Peer(node).SetThreadsAsync(threads).AsTask();

    public Task<BenchResult> BenchAsync(string node, TimeSpan duration) => Peer(node).BenchAsync(duration);

    public async Task QuarantineAsync(string node) => await (await JobsAsync()).QuarantineAsync(Id(node));

    public async Task ReleaseAsync(string node) => await (await JobsAsync()).ReleaseAsync(Id(node));

    public async Task<string?> AddPoolAsync(NewPool pool) => await (await PoolAsync()).AddPoolAsync(pool);

    public async Task<string?> RemovePoolAsync(string url) => await (await PoolAsync()).RemovePoolAsync(url);

    public async Task<string?> SwitchPoolAsync(string url) => await (await PoolAsync()).SwitchPoolAsync(url);

    public async Task<string?> SetAlgorithmsAsync(IReadOnlyList<Algorithm> algorithms) => await (await PoolAsync()).SetAlgorithmsAsync([.. algorithms]);

    /// <summary>It was reached by the cluster key.</summary>
    public bool HasKey => _keys is not null;

    public ClusterKeyRing Keys
        => _keys ?? throw new RefusedException(LocalNode.Advise("there is no cluster key"));

    public async Task<IReadOnlyList<MemberNode>> GetMembersAsync()
    {
        var silos = await _client.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: false);
        return [.. silos.Where(silo => NodeId.TryParse(silo.SiloName, out _))
            .GroupBy(silo => silo.SiloName, (node, rows) => new MemberNode(node, rows.Min(row => StateOf(row.Status))))
            .OrderBy(member => member.Node, StringComparer.Ordinal)];
    }

    public Task<string?> AcceptKeyAsync(string node, KeyOffer offer) => AnswerAsync(() => Keyed(node).AcceptAsync(offer));

    public Task<string?> SwitchKeyAsync(string node, string keyId) => AnswerAsync(() => Keyed(node).SwitchAsync(keyId));

    public Task WithdrawKeyAsync(string node, string keyId) => AnswerAsync(async () =>
    {
        await Keyed(node).WithdrawAsync(keyId);
        return null;
    });

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(AnswerWithin);
        await _host.StopAsync(deadline.Token);
        _host.Dispose();
    }

    private async Task<IPoolSessionGrain> PoolAsync() => _client.GetGrain<IPoolSessionGrain>(await SessionAsync());

    private async Task<IAlertGrain> AlertsAsync()
    {
        try
        {
            return _client.GetGrain<IAlertGrain>(await SessionAsync());
        }
        catch (ArgumentException)
        {
            // Orleans finds no such grain.
            throw new RefusedException("the nodes run a version without alerts");
        }
    }

    private async Task<IJobGrain> JobsAsync() => _client.GetGrain<IJobGrain>(await SessionAsync());

    /// <summary>Asked each time: the master may have changed a moment ago.</summary>
    private async Task<string> SessionAsync()
        => await _client.GetGrain<ISessionGrain>(0).GetNameAsync() ?? throw new RefusedException("the cluster has no master yet; try again in a few seconds");

    private IClusterKeyGrain Keyed(string node) => _client.GetGrain<IClusterKeyGrain>(node);

    private static async Task<string?> AnswerAsync(Func<Task<string?>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception silent) when (silent is TimeoutException or OrleansException)
        {
            return "no answer";
        }
    }

    private static MemberState StateOf(SiloStatus status) => status switch
    {
        SiloStatus.Active => MemberState.Active,
        SiloStatus.Created or SiloStatus.Joining => MemberState.Starting,
        _ => MemberState.Gone,
    };

    private IPeerGrain Peer(string node) => _client.GetGrain<IPeerGrain>(node);

    private static NodeId Id(string node)
        => NodeId.TryParse(node, out var id) ? id : throw new ArgumentException($"'{node}' is not a node id", nameof(node));

    private static IHost Build(IPEndPoint gateway, Func<IClientBuilder, IClientBuilder> connect)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseOrleansClient(client => connect(client.UseStaticClustering(gateway))
            .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = ClusterName.Orleans)
            .AddOutgoingGrainCallFilter<WireGate>()
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = AnswerWithin));
        return builder.Build();
    }

    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellation)
        => IPAddress.TryParse(host, out var address) ? address : (await Dns.GetHostAddressesAsync(host, cancellation))[0];
}
