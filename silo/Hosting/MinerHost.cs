using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Dashboard;
using P2PMiner.Grains;
using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Pool;
using P2PMiner.Native;
using P2PMiner.Pool;
using P2PMiner.Silo.Output;

namespace P2PMiner.Silo.Hosting;

/// <summary>The part that mines: engine, pools, silo and grains, each by its room's own entry.</summary>
internal static class MinerHost
{
    public static WebApplicationBuilder AddMiner(this WebApplicationBuilder builder, NodeOptions node, ThisNode identity)
    {
        builder.Services
            .AddHashEngine()
            .AddSingleton(provider => new HostProfile(
                identity.Id, HostCapabilities.Detect(node.GetAlgorithm(), provider.GetRequiredService<IOptions<HashEngineOptions>>().Value), node.DatasetHost))
            .AddSingleton(new MiningAlgorithms([node.GetAlgorithm()]))
            .AddPools()
            .AddSingleton<IMinerConsoleSource, GrainConsoleSource>();
        builder.UseOrleans(silo => silo.AddNode(node, identity).AddMiningGrains().AddDashboard());
        builder.Services.AddHostedService<MiningStart>();
        return builder;
    }

    /// <summary>The dashboard of Orleans, at /orleans.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes) => routes.MapOrleansDashboard(routePrefix: "/orleans");

    /// <summary>This silo: a cluster of its own, or part of the one whose first node --connect names.</summary>
    private static ISiloBuilder AddNode(this ISiloBuilder silo, NodeOptions node, ThisNode identity)
    {
        var bind = node.GetBindAddress();
        var first = node.Connect is null ? new IPEndPoint(bind, node.Port) : ResolveMaster(node.Connect);
        return silo
            .Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = MiningSession.ServiceId)
            .Configure<SiloOptions>(options => options.SiloName = identity.Id.ToString())
            .ConfigureEndpoints(bind, node.Port, node.GatewayPort)
            .UseDevelopmentClustering(first);
    }

    private static IPEndPoint ResolveMaster(string connect)
    {
        var colon = connect.LastIndexOf(':');
        var host = connect[..colon].Trim('[', ']');
        try
        {
            return new(Dns.GetHostAddresses(host)[0], int.Parse(connect[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (System.Net.Sockets.SocketException error)
        {
            throw new ConfigurationException($"Node:Connect: '{host}' cannot be resolved ({error.Message})");
        }
    }
}
