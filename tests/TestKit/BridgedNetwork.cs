using System.Net;

namespace P2PMiner.TestKit;

/// <summary>
/// Hosts on one Ethernet that exists in a test only and that the kernel switches itself: a namespace for each, and a bridge between their veth pairs, in a
/// namespace of its own. It carries what a flood sends; nothing leaves it.
/// </summary>
internal sealed class BridgedNetwork : IAsyncDisposable
{
    private readonly List<NetworkNamespace> _made = [];

    private BridgedNetwork()
    {
    }

    public IReadOnlyList<NetworkNamespace> Hosts => _made[1..];

    public static async Task<BridgedNetwork> CreateAsync(int hosts)
    {
        var network = new BridgedNetwork();
        try
        {
            var bridge = await network.AddAsync("bridge");
            await bridge.IpAsync("link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
            await bridge.IpAsync("link", "set", "br0", "up");
            for (var i = 0; i < hosts; i++)
            {
                var host = await network.AddAsync($"{i}");
                await bridge.IpAsync("link", "add", $"port{i}", "type", "veth", "peer", "name", "eth0", "netns", host.Name);
                await bridge.IpAsync("link", "set", $"port{i}", "master", "br0", "up");
                await host.IpAsync("addr", "add", $"{Address(i)}/24", "brd", "10.78.0.255", "dev", "eth0");
                await host.IpAsync("addr", "add", $"{AddressV6(i)}/64", "dev", "eth0", "nodad");
                await host.IpAsync("addr", "add", $"{LinkLocal(i)}/64", "dev", "eth0", "nodad");
                await host.IpAsync("link", "set", "eth0", "up", "addrgenmode", "none");
            }

            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public static IPAddress Address(int host) => IPAddress.Parse($"10.78.0.{host + 1}");

    public static IPAddress AddressV6(int host) => IPAddress.Parse($"fd78::{host + 1:x}");

    /// <summary>What a host's IPv6 multicast comes from.</summary>
    public static IPAddress LinkLocal(int host) => IPAddress.Parse($"fe80::{host + 1:x}");

    public async ValueTask DisposeAsync()
    {
        // The bridge last: its end takes the hosts' devices along.
        foreach (var made in Enumerable.Reverse(_made))
        {
            await made.DisposeAsync();
        }
    }

    private async Task<NetworkNamespace> AddAsync(string name)
    {
        var made = await NetworkNamespace.CreateAsync($"p2pflood-{Environment.ProcessId}-{name}");
        _made.Add(made);
        return made;
    }
}
