using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Dashboard;
using P2PMiner.Grains;
using P2PMiner.Grains.Alerts;
using P2PMiner.Grains.Doctor;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.History;
using P2PMiner.Grains.Keys;
using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Pool;
using P2PMiner.Native;
using P2PMiner.Security;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Doctor;
using P2PMiner.Silo.History;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Pages;
using P2PMiner.Silo.Steering;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Hosting;

/// <summary>The part of a node that the cluster may give up and that is then made again: silo, grains, pools and web.</summary>
internal static class SiloNode
{
    /// <param name="node">Services that live as long as the process, see <see cref="NodeHost"/>.</param>
    /// <returns>Not started.</returns>
    public static IHost Build(IServiceProvider node, IConfiguration configuration)
    {
        var options = node.GetRequiredService<IOptions<NodeOptions>>().Value;
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "p2p-miner", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.Services.AddMinerOptions().AddSingleton(TimeProvider.System).AddLogging();
        builder.Services.Replace(ServiceDescriptor.Singleton(node.GetRequiredService<ILoggerFactory>()));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = MineCommand.StopWithin);

        // As instances: they must outlive this host.
        builder.Services
            .AddSingleton(node.GetRequiredService<ThisNode>())
            .AddSingleton(node.GetRequiredService<IHashEngine>())
            .AddSingleton(node.GetRequiredService<HostProfile>())
            .AddSingleton(node.GetRequiredService<MiningAlgorithms>())
            .AddSingleton(node.GetRequiredService<CurrentSession>())
            .AddSingleton(node.GetRequiredService<ClusterPools>())
            .AddSingleton(node.GetRequiredService<NodeControl>())
            .AddSingleton(node.GetRequiredService<ShareTally>())
            .AddSingleton<INodeFaults>(node.GetRequiredService<NodeFaults>())
            .AddSingleton<INodeKeys>(node.GetRequiredService<NodeKeys>())
            .AddSingleton<INodeDoctor>(node.GetRequiredService<NodeDoctor>())
            .AddSingleton(node.GetRequiredService<INodeLog>())
            .AddSingleton(node.GetRequiredService<INodeAlerts>())
            .AddSingleton<INodeHistory>(node.GetRequiredService<HistoryStore>())
            .AddSingleton<IHistory>(node.GetRequiredService<HistoryStore>())
            .AddSingleton<IEventLog>(node.GetRequiredService<HistoryStore>())
            .AddSingleton(node.GetRequiredService<RunningSilo>())
            .AddSingleton(node.GetRequiredService<Mastership>())
            .AddSingleton(node.GetRequiredService<IMinerConsoleSource>())
            .AddSingleton(node.GetRequiredService<IApiSource>())
            .AddSingleton(node.GetRequiredService<IClusterSteering>())
            .AddApi()
            .AddPages()
            .AddSteering();
        builder.Services.AddPools();
        builder.UseOrleans(silo => silo
            .AddNode(options, node)
            .AddMiningGrains()
            .AddDashboard());
        builder.Services.AddHostedService<SessionFollower>();

        var web = node.GetRequiredService<IOptions<WebOptions>>().Value.GetBindAddress();
        builder.AddWeb(new(web, options.HttpPort), node.GetRequiredService<WebTls>(), node.GetRequiredService<WebGate>());
        var app = builder.Build();
        app.UseWeb();
        app.MapApi();
        app.MapPages();
        app.MapSteering();
        app.Use(DashboardWhenAskedFor(app.Services));
        return app;
    }

    /// <summary>
    /// The dashboard compresses its pages when it is mapped, which adds a quarter of a second to each start, and most nodes never need it.
    /// </summary>
    private static Func<RequestDelegate, RequestDelegate> DashboardWhenAskedFor(IServiceProvider services)
    {
        var dashboard = new Lazy<RequestDelegate>(() =>
        {
            var branch = new ApplicationBuilder(services);
            branch.UseRouting();
            branch.UseEndpoints(endpoints => endpoints.MapOrleansDashboard(routePrefix: WebHeaders.Dashboard));
            return branch.Build();
        });
        return next => context => context.Request.Path.StartsWithSegments(WebHeaders.Dashboard) ? dashboard.Value(context) : next(context);
    }

    private static ISiloBuilder AddNode(this ISiloBuilder silo, NodeOptions options, IServiceProvider node)
    {
        var bind = options.GetBindAddress();
        silo.Configure<SiloOptions>(silo => silo.SiloName = node.GetRequiredService<ThisNode>().Id.ToString())
            .ConfigureEndpoints(AdvertisedAddress(bind), options.Port, options.GetGatewayPort(), listenOnAnyHostAddress: BeaconNetwork.IsAny(bind))
            .AddClusterSecurity(node.GetRequiredService<MutualTls>(), node.GetRequiredService<ConsoleSocket>());
        var membership = node.GetRequiredService<IOptions<MembershipOptions>>().Value;
        var cluster = node.GetRequiredService<ClusterMembership>();
        return membership.Provider == MembershipProvider.PostgreSql
            ? silo.AddPostgreSqlMembership(membership.ConnectionString!, cluster.Rebuilds)
            : silo.AddClusterMembership(cluster);
    }

    /// <summary>The address that other silos connect to. Of several networks the first with IPv4; without any, only this machine.</summary>
    private static IPAddress AdvertisedAddress(IPAddress bind) => !BeaconNetwork.IsAny(bind) ? bind
        : BeaconNetwork.Read(bind).Where(network => !network.IsLoopback).SelectMany(network => network.Addresses)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
}
