using System.ComponentModel.DataAnnotations;
using System.Net;
using P2PMiner.Hashing;
using P2PMiner.Security;

namespace P2PMiner.Silo.Node;

/// <summary>This node: its part, its ports and its folder. Section "Node".</summary>
public sealed class NodeOptions
{
    public const string Section = "Node";

    /// <summary>Whether this node may be master. Default auto.</summary>
    public NodeMode Mode { get; set; } = NodeMode.Auto;

    /// <summary>
    /// host:port, or several separated by commas: nodes that beacons on the network do not reach, to be called directly. A worker calls
    /// their table ports, two below those given; other nodes use UDP, at Discovery:Port. Null: none.
    /// </summary>
    public string? Connect { get; set; }

    /// <summary>Be the first choice to hash for nodes that cannot hold a dataset.</summary>
    public bool DatasetHost { get; set; }

    /// <summary>randomx, rx/0, rx/2, ghostrider or gr: what to mine, and what the pool is told at login. Default randomx.</summary>
    public string Algorithm { get; set; } = "randomx";

    /// <summary>TCP port between silos. Default 9999.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 9999;

    /// <summary>TCP port for p2p-console. Null: the one below <see cref="Port"/>.</summary>
    [Range(1, 65535)]
    public int? GatewayPort { get; set; }

    /// <summary>TCP port of the web, see section Web. 0 takes a free one. Default 8080.</summary>
    [Range(0, 65535)]
    public int HttpPort { get; set; } = 8080;

    /// <summary>
    /// Address that the ports between nodes and for p2p-console listen on; beacons go out on its network. Default 0.0.0.0: all networks.
    /// Loopback: only silos on this machine.
    /// </summary>
    public string Bind { get; set; } = "0.0.0.0";

    /// <summary>Folder for the node's identity; made when missing. Null: the usual place of the user, see <see cref="DataFolder"/>.</summary>
    public string? Data { get; set; }

    /// <exception cref="ConfigurationException">No folder is given, and the user has no home.</exception>
    public string GetDataFolder() => Data ?? DataFolder.Default()
        ?? throw new ConfigurationException("Node:Data: neither XDG_DATA_HOME nor HOME is set, so the folder must be given");

    public Algorithm GetAlgorithm() => AlgorithmNames.TryParseTyped(Algorithm, out var algorithm) ? algorithm
        : throw new InvalidOperationException($"'{Algorithm}' is not an algorithm; the validator should have refused it");

    public IPAddress GetBindAddress() => IPAddress.Parse(Bind);

    public IReadOnlyList<DnsEndPoint> GetConnect() =>
    [
        .. (Connect ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => HostPort.TryParse(text, Port, out var endPoint) ? endPoint
            : throw new InvalidOperationException($"'{text}' is not a host and port; the validator should have refused it")),
    ];

    public int GetGatewayPort() => GatewayPort ?? DefaultPorts.Gateway(Port);
}
