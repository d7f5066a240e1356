using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace P2PMiner.Silo.Discovery;

/// <summary>One interface that beacons go out on.</summary>
/// <param name="Broadcasts">Directed IPv4 broadcast addresses of its networks.</param>
/// <param name="Addresses">Its addresses that other nodes can reach: no link-local ones.</param>
internal sealed record BeaconInterface(
    string Name, int Index, bool IsLoopback, bool HasV4, bool HasV6, IReadOnlyList<IPAddress> Broadcasts, IReadOnlyList<IPAddress> Addresses);

/// <summary>Finds the interfaces that beacons belong on.</summary>
internal static class BeaconNetwork
{
    /// <summary>
    /// Every interface that is up, loopback included so that silos of one machine meet without a network; point-to-point ones carry
    /// multicast only. With a bind address that is not Any: the loopback and the interface of that address. Those with a router come first:
    /// containers and virtual machines have networks here that no other machine reaches.
    /// </summary>
    /// <exception cref="Exception">The system does not tell: see <see cref="IsUntold"/>.</exception>
    public static IReadOnlyList<BeaconInterface> Read(IPAddress bind) =>
    [
        .. from nic in NetworkInterface.GetAllNetworkInterfaces()
           where nic.OperationalStatus == OperationalStatus.Up || nic.NetworkInterfaceType == NetworkInterfaceType.Loopback
           let unicast = nic.GetIPProperties().UnicastAddresses
           where nic.NetworkInterfaceType == NetworkInterfaceType.Loopback || IsAny(bind) || unicast.Any(address => address.Address.Equals(bind))
           let found = Describe(nic, [.. unicast], bind)
           where found.HasV4 || found.HasV6
           orderby nic.GetIPProperties().GatewayAddresses.Count == 0
           select found,
    ];

    /// <summary>
    /// What beacons tell of the addresses of these interfaces. Loopback addresses only if there is no other: each reader would take them
    /// for its own machine.
    /// </summary>
    public static IPAddress[] Announced(IReadOnlyList<BeaconInterface> interfaces, IPAddress bind) =>
    [
        .. interfaces.OrderBy(nic => nic.IsLoopback).SelectMany(nic => nic.Addresses)
            .Where(address => IPAddress.IsLoopback(address) == IPAddress.IsLoopback(bind)).Take(Beacon.MaxAddresses),
    ];

    /// <summary>
    /// Whether <see cref="Read"/> failed because of the system. .NET reads files of /proc for it, and treats a file that it cannot open as
    /// empty.
    /// </summary>
    public static bool IsUntold(Exception error) => error is NetworkInformationException or FormatException or IOException;

    public static bool IsAny(IPAddress bind) => bind.Equals(IPAddress.Any) || bind.Equals(IPAddress.IPv6Any);

    /// <summary>The address that all machines of the network answer to; null if there is none (prefixes of 31 and 32 bits).</summary>
    public static IPAddress? DirectedBroadcast(IPAddress address, int prefixLength)
    {
        if (prefixLength is < 1 or > 30)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        var broadcast = BinaryPrimitives.ReadUInt32BigEndian(bytes) | uint.MaxValue >> prefixLength;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, broadcast);
        return new(bytes);
    }

    private static BeaconInterface Describe(NetworkInterface nic, UnicastIPAddressInformation[] unicast, IPAddress bind)
    {
        var properties = nic.GetIPProperties();
        var v4 = unicast.Where(address => address.Address.AddressFamily == AddressFamily.InterNetwork).ToArray();
        var isLoopback = nic.NetworkInterfaceType == NetworkInterfaceType.Loopback;
        var broadcasts = nic.NetworkInterfaceType is NetworkInterfaceType.Ppp or NetworkInterfaceType.Tunnel ? []
            : v4.Select(address => DirectedBroadcast(address.Address, address.PrefixLength)).OfType<IPAddress>().Distinct();
        var addresses = unicast.Select(address => address.Address).Where(address => !address.IsIPv6LinkLocal && (IsAny(bind) || address.Equals(bind)));
        return new(nic.Name, IndexOf(properties), isLoopback, v4.Length > 0, !isLoopback && unicast.Length > v4.Length, [.. broadcasts], [.. addresses]);
    }

    /// <summary>One number for both families on Linux; the family that the interface does not have throws.</summary>
    private static int IndexOf(IPInterfaceProperties properties)
    {
        try
        {
            return properties.GetIPv4Properties().Index;
        }
        catch (NetworkInformationException)
        {
            return properties.GetIPv6Properties().Index;
        }
    }
}
