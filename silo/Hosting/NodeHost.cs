using System.Diagnostics;
using Microsoft.Extensions.Options;
using P2PMiner.Doctor;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Pool;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Security;
using P2PMiner.Silo.Alerts;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Doctor;
using P2PMiner.Silo.History;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Service;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Steering;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Hosting;

/// <summary>
/// What lives as long as the process: engine and datasets, keys, beacons and election, the membership table, the console. The silo, with its grains, is
/// a host of its own (<see cref="SiloNode"/>), which <see cref="SiloRunner"/> replaces when the cluster has given it up.
/// </summary>
internal static class NodeHost
{
    private static readonly TimeSpan PoolAnswersWithin = TimeSpan.FromSeconds(2);

    /// <remarks>Hosted services stop in the reverse of this order: the silo first, then the beacons that tell the others.</remarks>
    public static IServiceCollection AddNode(this IServiceCollection services, NodeOptions node, ThisNode identity, ClusterAccess access, WebTls tls)
    {
        var data = new DataStore(node.GetDataFolder());
        services.AddHostedService<NodeNoteKeeper>();
        services.AddHistory(data, node.Mode != NodeMode.Worker).AddSingleton<IHistoryPeers, GrainHistories>();
        services.AddAlerts(node.Mode != NodeMode.Worker).AddSingleton<IAlertPeers, GrainAlerts>();
        services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(identity)
            .AddSingleton(new LaneFile(new MeasurementStore(data, LaneFile.Name, TimeProvider.System)))
            .AddSingleton(new ShapeFile(new MeasurementStore(data, ShapeFile.Name, TimeProvider.System)))
            .AddHashEngine()
            .AddSingleton(provider => new HostProfile(
                identity.Id, HostCapabilities.Detect(node.GetAlgorithm(), provider.GetRequiredService<IOptions<HashEngineOptions>>().Value), node.DatasetHost))
            .AddSingleton(new MiningAlgorithms([node.GetAlgorithm()]))
            .AddSingleton<CurrentSession>()
            .AddSingleton<ClusterPools>()
            .AddSingleton<NodeControl>()
            .AddSingleton<ShareTally>()
            .AddSingleton<NodeFaults>()
            .AddSingleton<RunningSilo>()
            .AddSingleton<IMinerConsoleSource, GrainConsoleSource>()
            .AddSingleton<IApiSource, GrainApiSource>()
            .AddSingleton<IClusterSteering, GrainSteering>()
            .AddHostedService<WalletWarnings>();

        services
            .AddSingleton(access)
            .AddSingleton(access.Ring)
            .AddSingleton(provider => new NodeCertificates(identity.Id, access.Ring, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<MutualTls>()
            .AddSingleton(provider => new NodeKeys(
                access.Ring, access.File, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<NodeKeys>>()));

        services
            .AddSingleton(provider => new BeaconKeyRing(new RingBeaconKeys(access.Ring).Now, provider.GetRequiredService<NodeKeys>().Hear))
            .AddSingleton(provider => DiscoveryNodeOf(node, identity, provider))
            .AddBeaconTransport()
            .AddDiscovery();

        services
            .AddSingleton(provider => new ClusterMembership(
                node.GetDataFolder(), access.Ring.Current.Id, provider.GetRequiredService<Mastership>(), provider.GetRequiredService<MutualTls>(),
                provider.GetRequiredService<DiscoveryService>().Answer, provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILoggerFactory>()));

        services.AddSingleton(provider => new NodeDoctor(
            identity, provider.GetRequiredService<Mastership>(), provider.GetRequiredService<TimeProvider>(), () => ExamineAsync(node, identity, provider)));

        services.AddSingleton(tls).AddSingleton<WebGate>();

        services.AddHostedService<ServiceReport>().AddSingleton<PoolReload>().AddHostedService(provider => provider.GetRequiredService<PoolReload>());

        services.AddSingleton<SiloRunner>().AddHostedService(provider => provider.GetRequiredService<SiloRunner>());
        return services;
    }

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(NodeOptions node, ThisNode identity, IServiceProvider provider)
    {
        var beacons = provider.GetRequiredService<DiscoveryService>().Counters;
        var pool = await GetPoolAsync(provider.GetRequiredService<IMinerConsoleSource>());
        var cluster = provider.GetRequiredService<Mastership>().Current;
        var standing = new NodeStanding(
            provider.GetRequiredService<IHashEngine>().GetStatus(), pool, cluster.Master?.IsSelf, provider.GetRequiredService<NodeControl>().Paused, Uptime());
        var named = provider.GetRequiredService<SettingsSource>().Named;
        var given = Examination.Of(provider, Path.GetFullPath(node.GetDataFolder())) with
        {
            IsRunning = true,
            Live = new(identity.Id, standing, cluster, end => beacons[end]),
            Commands = ThisProgram.At(Environment.ProcessPath),
            ConfigFile = named,
        };
        return await Examiner.RunAsync(
            given, named is null ? FileLayers.Usual(SettingsPlaces.Usual(Environment.GetEnvironmentVariables())) : [named], CancellationToken.None);
    }

    /// <summary>Null: there is no silo or master, or it does not answer.</summary>
    private static async Task<PoolStatus?> GetPoolAsync(IMinerConsoleSource source)
    {
        try
        {
            return await source.GetPoolAsync().AsTask().WaitAsync(PoolAnswersWithin);
        }
        catch (Exception silent) when (silent is InvalidOperationException or TimeoutException or OrleansException)
        {
            return null;
        }
    }

    private static TimeSpan Uptime()
    {
        using var process = Process.GetCurrentProcess();
        return TimeProvider.System.GetLocalNow() - process.StartTime;
    }

    private static DiscoveryNode DiscoveryNodeOf(NodeOptions node, ThisNode identity, IServiceProvider provider) => new()
    {
        Id = identity.Id,
        Mode = node.Mode,
        Ports = new(
            (ushort)node.Port, (ushort)node.GetGatewayPort(), (ushort)provider.GetRequiredService<IOptions<MembershipOptions>>().Value.GetPort(node.Port)),
        Bind = node.GetBindAddress(),
        Connect = node.GetConnect(),
        Summary = () => SummaryOf(provider.GetRequiredService<IHashEngine>().GetStatus(), provider.GetRequiredService<HostProfile>().Capabilities),
        DataFolder = node.GetDataFolder(),
    };

    private static NodeSummary SummaryOf(EngineStatus status, PeerCapabilities capabilities)
        => new((ushort)Math.Min(status.Threads, ushort.MaxValue), (uint)(capabilities.RamUsableBytes >> 20), status.Rates.Current);
}
