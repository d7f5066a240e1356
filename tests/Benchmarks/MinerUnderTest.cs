using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using P2PMiner.Grains.Pool.Practice;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Silo.Hosting;

namespace P2PMiner.Benchmarks;

/// <summary>The whole program in this process, as --practice runs it, with the watch between grains and engine.</summary>
internal sealed class MinerUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MinerUnderTest(WebApplication app, NodeId node)
    {
        _app = app;
        Engine = app.Services.GetRequiredService<MeteredEngine>();
        Pool = app.Services.GetRequiredService<PracticePool>();
        Peer = app.Services.GetRequiredService<IGrainFactory>().GetGrain<IPeerGrain>(node.ToString());
    }

    public MeteredEngine Engine { get; }

    public PracticePool Pool { get; }

    public IPeerGrain Peer { get; }

    public static async Task<MinerUnderTest> StartAsync(int threads, string mode)
    {
        var ports = FreePorts(3);
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
        });
        var identity = new ThisNode(NodeId.NewRandom());
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddConfiguration(configuration);
        builder.Services.AddMinerOptions().AddSingleton(TimeProvider.System).AddSingleton(identity).AddLogging();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, ports[2]));
        builder.Services.AddRoutingCore();
        builder.AddMiner(configuration.GetSection(NodeOptions.Section).Get<NodeOptions>()!, identity);
        builder.Services.AddSingleton<MeteredEngine>().Replace(
            ServiceDescriptor.Singleton<IHashEngine>(provider => provider.GetRequiredService<MeteredEngine>()));
        var app = builder.Build();
        await app.StartAsync();
        return new(app, identity.Id);
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
        await _app.StopAsync();
        await _app.DisposeAsync();
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
