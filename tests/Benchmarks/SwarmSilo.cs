using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using P2PMiner.Grains;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Jobs;
using P2PMiner.Grains.Peers;
using P2PMiner.Native;

namespace P2PMiner.Benchmarks;

/// <summary>The two silos of the swarm: the real job grain lives on one, all peers on the other. No TLS, no web, no pool.</summary>
internal static class SwarmSilo
{
    /// <summary>Name of the job grain's silo, and so the key of the job grain.</summary>
    public const string Master = "00000000000000000000000000000001";

    public static async Task<IHost> StartAsync(string name, int port, IPEndPoint primary)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<NoEngine>().AddSingleton<IHashEngine>(
            services => services.GetRequiredService<NoEngine>())
            .AddSingleton<INodeFaults>(services => services.GetRequiredService<NoEngine>()).AddSingleton<SwarmTally>().AddMiningOptions();
        builder.UseOrleans(silo =>
        {
            silo.Configure<SiloOptions>(options => options.SiloName = name);
            silo.UseLocalhostClustering(port, gatewayPort: 0, primary);
            silo.AddMiningGrains();
            silo.Configure<GrainTypeOptions>(types =>
            {
                types.Classes.Remove(typeof(PeerGrain));
                types.Classes.Remove(name == Master ? typeof(SwarmPeerGrain) : typeof(JobGrain));
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
