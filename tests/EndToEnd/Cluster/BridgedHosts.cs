using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>Hosts whose network the kernel switches: it carries what a flood sends, but cannot be cut or slowed down as <see cref="VirtualNetwork"/>.</summary>
internal sealed class BridgedHosts : IHostNetwork
{
    /// <summary>Address of all of them.</summary>
    public const string Broadcast = "10.78.0.255";

    private readonly BridgedNetwork _network;

    private BridgedHosts(BridgedNetwork network) => _network = network;

    public static async Task<BridgedHosts> CreateAsync(int hosts) => new(await BridgedNetwork.CreateAsync(hosts));

    public string Namespace(int host) => _network.Hosts[host].Name;

    public string AddressOf(int host) => BridgedNetwork.Address(host).ToString();

    public Task RunOnAsync(int host, Action action) => _network.Hosts[host].RunOnAsync(action);

    public ValueTask DisposeAsync() => _network.DisposeAsync();
}
