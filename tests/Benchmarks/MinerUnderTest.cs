using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2PMiner.Grains.Pool;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pools.Practice;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings;
using P2PMiner.TestKit;

namespace P2PMiner.Benchmarks;

/// <summary>The whole program in this process, with the watch between grains and engine.</summary>
internal sealed class MinerUnderTest : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DirectoryInfo _data;

    private readonly RunningSilo _silo;

    private MinerUnderTest(IHost host, DirectoryInfo data, NodeId node)
    {
        (_host, _data) = (host, data);
        Engine = host.Services.GetRequiredService<MeteredEngine>();
        _silo = host.Services.GetRequiredService<RunningSilo>();
        Peer = _silo.Grains.GetGrain<IPeerGrain>(node.ToString());
    }

    public MeteredEngine Engine { get; }

    /// <summary>The built-in one; serves only where the settings say so.</summary>
    public PracticePool Pool => _silo.Services.GetRequiredService<PracticePool>();

    public IPeerGrain Peer { get; }

    /// <summary>As --practice runs it, and alone.</summary>
    public static Task<MinerUnderTest> StartAloneAsync(int threads, string mode) => StartAsync(
        NodeId.NewRandom(), Directory.CreateTempSubdirectory("p2p-bench-"), session: null, new()
        {
            ["Pool:Practice"] = "true",
            ["PracticePool:BlockInterval"] = "01:00:00",

            // Fixed: a pool that made shares easier while mining rests would have this process verify a burst of them afterwards.
            ["PracticePool:StartDifficulty"] = "3000",
            ["PracticePool:MinDifficulty"] = "3000",
            ["PracticePool:MaxDifficulty"] = "3000",
            ["Hashing:Threads"] = $"{threads}",
            ["Hashing:RandomXMode"] = mode,
            ["Discovery:Enabled"] = "false",
        });

    /// <summary>Starts a node on the loopback and waits until it works for a session.</summary>
    /// <param name="data">Its data folder, which may hold a cluster key already. Removed at the end.</param>
    /// <param name="session">The session to wait for; null: any.</param>
    public static async Task<MinerUnderTest> StartAsync(NodeId node, DirectoryInfo data, string? session, Dictionary<string, string> settings)
    {
        var ports = FreePorts.Take(4);
        var configuration = MinerConfiguration.Build(new Dictionary<string, string>(settings)
        {
            ["Node:Port"] = $"{ports[0]}",
            ["Node:GatewayPort"] = $"{ports[1]}",
            ["Node:HttpPort"] = $"{ports[2]}",
            ["Node:Bind"] = "127.0.0.1",
            ["Membership:Port"] = $"{ports[3]}",
        });
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddConfiguration(configuration);
        builder.Services.AddMinerOptions().AddLogging();
        var options = configuration.GetSection(NodeOptions.Section).Get<NodeOptions>()!;
        options.Data = data.FullName;
        builder.Services.AddNode(options, new ThisNode(node), ClusterAccess.Open(data.FullName), new(null, []));
        builder.Services.AddSingleton<MeteredEngine>().Replace(
            ServiceDescriptor.Singleton<IHashEngine>(provider => provider.GetRequiredService<MeteredEngine>()));
        var host = builder.Build();
        await host.StartAsync();
        var current = host.Services.GetRequiredService<CurrentSession>();
        while (current.Name is not { } name || (session is not null && name != session))
        {
            await Task.Delay(100);
        }

        return new(host, data, node);
    }

    public async Task UntilMiningAsync()
    {
        while ((await Peer.GetStatusAsync()).State != PeerState.Mining)
        {
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _data.Delete(recursive: true);
    }
}
