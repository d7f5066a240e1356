using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Client;

/// <summary>The cluster behind one silo's gateway.</summary>
internal sealed class GatewayCluster : ICluster, IAsyncDisposable
{
    /// <summary>As the silos have them.</summary>
    private const string ClusterName = MiningSession.ServiceId;

    /// <summary>The one pool session there is.</summary>
    private const string Session = MiningSession.Main;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>One silent node must not hold up a table of many.</summary>
    private static readonly TimeSpan PeerAnswersWithin = TimeSpan.FromSeconds(2);

    private readonly IHost _host;
    private readonly IClusterClient _client;

    private GatewayCluster(IHost host)
    {
        _host = host;
        _client = host.Services.GetRequiredService<IClusterClient>();
    }

    /// <exception cref="ClusterUnreachableException">No silo answers within 5 s.</exception>
    public static async Task<GatewayCluster> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(AnswerWithin);
        IHost? client = null;
        try
        {
            var gateway = new IPEndPoint(await ResolveAsync(host, deadline.Token), port);
            // Orleans takes its time over a port where nobody listens; a plain connection knows at once.
            using (var probe = new TcpClient(gateway.AddressFamily))
            {
                await probe.ConnectAsync(gateway, deadline.Token);
            }

            client = Build(gateway);
            await client.StartAsync(deadline.Token).WaitAsync(deadline.Token);
            var cluster = new GatewayCluster(client);
            client = null;
            return cluster;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Whatever went wrong on the way (no address, refused, another protocol on the port), the answer to the person is the same.
            throw new ClusterUnreachableException($"no silo answers at {host}:{port}; is p2p-miner running, and is that its --gateway-port?");
        }
        finally
        {
            client?.Dispose();
        }
    }

    private IPoolSessionGrain Pool => _client.GetGrain<IPoolSessionGrain>(Session);

    private IJobGrain Jobs => _client.GetGrain<IJobGrain>(Session);

    public Task<PoolStatus> GetPoolAsync() => Pool.GetStatusAsync().AsTask();

    public Task<JobStatus> GetJobAsync() => Jobs.GetStatusAsync().AsTask();

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

    public Task PauseAsync(string node) => Peer(node).PauseAsync().AsTask();

    public Task ResumeAsync(string node) => Peer(node).ResumeAsync().AsTask();

    public Task DrainAsync(string node) => Peer(node).DrainAsync().AsTask();

    public Task SetThreadsAsync(string node, int threads) => Peer(node).SetThreadsAsync(threads).AsTask();

    public Task<BenchResult> BenchAsync(string node, TimeSpan duration) => Peer(node).BenchAsync(duration);

    public Task QuarantineAsync(string node) => Jobs.QuarantineAsync(Id(node)).AsTask();

    public Task ReleaseAsync(string node) => Jobs.ReleaseAsync(Id(node)).AsTask();

    public Task<string?> AddPoolAsync(NewPool pool) => Pool.AddPoolAsync(pool).AsTask();

    public Task<string?> RemovePoolAsync(string url) => Pool.RemovePoolAsync(url).AsTask();

    public Task<string?> SwitchPoolAsync(string url) => Pool.SwitchPoolAsync(url).AsTask();

    public Task<string?> SetAlgorithmsAsync(IReadOnlyList<Algorithm> algorithms) => Pool.SetAlgorithmsAsync([.. algorithms]).AsTask();

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(AnswerWithin);
        await _host.StopAsync(deadline.Token);
        _host.Dispose();
    }

    private IPeerGrain Peer(string node) => _client.GetGrain<IPeerGrain>(node);

    private static NodeId Id(string node) => NodeId.TryParse(node, out var id) ? id : throw new ArgumentException($"'{node}' is no node id", nameof(node));

    private static IHost Build(IPEndPoint gateway)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client
            .UseStaticClustering(gateway)
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (ClusterName, ClusterName))
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = AnswerWithin));
        return builder.Build();
    }

    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellation)
        => IPAddress.TryParse(host, out var address) ? address : (await Dns.GetHostAddressesAsync(host, cancellation))[0];
}
