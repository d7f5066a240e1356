using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2PMiner.Grains.Pool;
using P2PMiner.Grains.Pool.Practice;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Silo.Hosting;

namespace P2PMiner.Benchmarks;

/// <summary>The whole program in this process, as --practice runs it, with the watch between grains and engine.</summary>
internal sealed class MinerUnderTest : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DirectoryInfo _data;

    private MinerUnderTest(IHost host, DirectoryInfo data, NodeId node)
    {
        (_host, _data) = (host, data);
        Engine = host.Services.GetRequiredService<MeteredEngine>();
        var silo = host.Services.GetRequiredService<RunningSilo>();
        Pool = silo.Services.GetRequiredService<PracticePool>();
        Peer = silo.Grains.GetGrain<IPeerGrain>(node.ToString());
    }

    public MeteredEngine Engine { get; }

    public PracticePool Pool { get; }

    public IPeerGrain Peer { get; }

    public static async Task<MinerUnderTest> StartAsync(int threads, string mode)
    {
        var ports = FreePorts(4);
        var configuration = MinerConfiguration.Build(new Dictionary<string, string>
        {
            ["Pool:Practice"] = "true",
            ["PracticePool:BlockInterval"] = "01:00:00",

            // Fixed: a pool that made shares easier while mining rests would have this process verify a burst of them afterwards.
            ["PracticePool:StartDifficulty"] = "3000",
            ["PracticePool:MinDifficulty"] = "3000",
            ["PracticePool:MaxDifficulty"] = "3000",
            ["Hashing:Threads"] = $"{threads}",
            ["Hashing:RandomXMode"] = mode,
            ["Node:Port"] = $"{ports[0]}",
            ["Node:GatewayPort"] = $"{ports[1]}",
            ["Node:HttpPort"] = $"{ports[2]}",
            ["Node:Bind"] = "127.0.0.1",
            ["Membership:Port"] = $"{ports[3]}",
            ["Discovery:Enabled"] = "false",
        });
        var data = Directory.CreateTempSubdirectory("p2p-bench-");
        var identity = new ThisNode(NodeId.NewRandom());
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddConfiguration(configuration);
        builder.Services.AddMinerOptions().AddLogging();
        var node = configuration.GetSection(NodeOptions.Section).Get<NodeOptions>()!;
        node.Data = data.FullName;
        builder.Services.AddNode(node, identity, ClusterAccess.Open(data.FullName), new(null, []));
        builder.Services.AddSingleton<MeteredEngine>().Replace(
            ServiceDescriptor.Singleton<IHashEngine>(provider => provider.GetRequiredService<MeteredEngine>()));
        var host = builder.Build();
        await host.StartAsync();
        var session = host.Services.GetRequiredService<CurrentSession>();
        while (session.Name is null)
        {
            await Task.Delay(100);
        }

        return new(host, data, identity.Id);
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

    private static int[] FreePorts(int count)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToArray();
        Array.ForEach(sockets, socket => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
        var ports = sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port).ToArray();
        Array.ForEach(sockets, socket => socket.Dispose());
        return ports;
    }
}
