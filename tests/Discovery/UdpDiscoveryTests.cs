using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;
using P2PMiner.TestKit;

namespace P2PMiner.Discovery.Tests;

/// <summary>Real sockets on the loopback: services of one machine as they would run in several processes.</summary>
public sealed class UdpDiscoveryTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-discovery-").FullName;
    private readonly List<IHost> _hosts = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Start_ThreeServicesOnOnePort_OneMasterAndAllSeeAll()
    {
        var port = FreePorts.Take();
        var three = await StartAsync(3, port);
        var one = await StartAsync(1, port);
        var two = await StartAsync(2, port);

        await SeesAsync(one, view => view.Decision.Role == MasterRole.Master && view.Peers.Count == 2, "node 1 rules and sees two");
        foreach (var follower in new[] { two, three })
        {
            var view = await SeesAsync(follower, view => view.Master?.Node == new NodeId(1) && view.Peers.Count == 2, "the others follow it and see two");
            Assert.Equal([IPAddress.Loopback], view.Peers[new(1)].Addresses);
            Assert.Equal(new(IPAddress.Loopback, 9997), view.Master!.TablePort);
        }

        await _hosts[1].StopAsync();
        await SeesAsync(two, view => view.Decision.Role == MasterRole.Master, "node 2 takes over when node 1 stops");
        await SeesAsync(three, view => view.Master?.Node == new NodeId(2), "node 3 follows node 2");
    }

    [Fact]
    public async Task Start_PortsOfTheirOwnAndASeed_MeetByUnicast()
    {
        var (port, other) = (FreePorts.Take(), FreePorts.Take());
        var one = await StartAsync(1, port);
        var two = await StartAsync(2, other, seed: $"127.0.0.1:{port}");

        await SeesAsync(two, view => view.Master?.Node == new NodeId(1), "node 2 follows its seed");
        await SeesAsync(one, view => view.Peers.ContainsKey(new NodeId(2)), "node 1 knows node 2, whose port it was never told");
    }

    [Fact]
    public async Task Start_AnotherClusterOnThePort_StaysApart()
    {
        var port = FreePorts.Take();
        var ours = await StartAsync(1, port);
        var theirs = await StartAsync(2, port, Beacons.KeyOf(cluster: 8, fill: 8));

        await SeesAsync(ours, view => view.Decision.Role == MasterRole.Master, "node 1 rules its cluster");
        await SeesAsync(theirs, view => view.Decision.Role == MasterRole.Master, "node 2 rules its own");
        await UntilAsync(() => ours.Discovery.Counters[BeaconRejection.ForeignCluster] > 0, "a foreign beacon was counted");
        Assert.Empty(ours.Mastership.Current.Peers);
    }

    [Fact]
    public async Task Start_Disabled_OpensNoSocketAndRulesAlone()
    {
        var port = FreePorts.Take();
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ExclusiveAddressUse = true };
        taken.Bind(new IPEndPoint(IPAddress.Any, port));
        var alone = await StartAsync(1, port, enabled: false);

        await SeesAsync(alone, view => view.Decision.Role == MasterRole.Master, "the node rules alone");
    }

    [Fact]
    public async Task Start_GarbageOnThePort_IsDroppedAndDiscoveryGoesOn()
    {
        var port = FreePorts.Take();
        var one = await StartAsync(1, port);
        using var sender = new UdpClient(AddressFamily.InterNetwork);
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var garbage = new byte[random.Next(0, 3000)];
            random.NextBytes(garbage);
            await sender.SendAsync(garbage, new IPEndPoint(IPAddress.Loopback, port));
        }

        await UntilAsync(() => one.Discovery.Counters[BeaconRejection.TooLong] > 0
            && one.Discovery.Counters[BeaconRejection.TooShort] > 0, "garbage was counted");
        var two = await StartAsync(2, port);
        await SeesAsync(two, view => view.Master?.Node == new NodeId(1), "node 2 finds node 1");
    }

    private async Task<Node> StartAsync(ulong id, int port, BeaconKey? key = null, string? seed = null, bool enabled = true)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Discovery:Port"] = $"{port}",
            ["Discovery:Interval"] = "00:00:00.100",
            ["Discovery:Enabled"] = $"{enabled}",
            ["Discovery:Seeds:0"] = seed,
        };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Where(setting => setting.Value is not null));
        builder.Services.AddLogging();
        builder.Services.AddSingleton(new BeaconKeyRing(key ?? Beacons.Key));
        builder.Services.AddSingleton(new DiscoveryNode
        {
            Id = new(id),
            Mode = NodeMode.Auto,
            Ports = new(9999, 9998, 9997),
            Bind = IPAddress.Loopback,
            DataFolder = Path.Combine(_folder, $"{id}"),
        });
        builder.Services.AddDiscoveryOptions().AddDiscovery();
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        return new(host.Services.GetRequiredService<DiscoveryService>(), host.Services.GetRequiredService<Mastership>());
    }

    private static async Task<MasterView> SeesAsync(Node node, Func<MasterView, bool> expected, string what)
    {
        MasterView? seen = null;
        await UntilAsync(() => expected(seen = node.Mastership.Current), what);
        return seen!;
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 600, $"did not come: {what}");
            await timer.WaitForNextTickAsync();
        }
    }

    private sealed record Node(DiscoveryService Discovery, Mastership Mastership);
}
