using System.Net;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Discovery.Tests;

public sealed class BeaconNetworkTests
{
    [Theory]
    [InlineData("192.0.2.77", 24, "192.0.2.255")]
    [InlineData("10.1.2.3", 8, "10.255.255.255")]
    [InlineData("172.16.5.4", 30, "172.16.5.7")]
    [InlineData("192.0.2.1", 31, null)]
    [InlineData("192.0.2.1", 32, null)]
    [InlineData("192.0.2.1", 0, null)]
    public void DirectedBroadcast_AddressAndPrefix_IsTheLastOfTheNetwork(string address, int prefix, string? expected) =>
        Assert.Equal(expected, BeaconNetwork.DirectedBroadcast(IPAddress.Parse(address), prefix)?.ToString());

    [Fact]
    public void Read_BoundToTheLoopback_UsesNothingElse()
    {
        var only = Assert.Single(BeaconNetwork.Read(IPAddress.Loopback));

        Assert.True(only.IsLoopback);
        Assert.Equal([IPAddress.Parse("127.255.255.255")], only.Broadcasts);
        Assert.Equal([IPAddress.Loopback], only.Addresses);
    }

    [Fact]
    public void Read_Any_AnnouncesNoLinkLocalAddress()
    {
        var all = BeaconNetwork.Read(IPAddress.Any);

        Assert.Contains(all, nic => nic.IsLoopback);
        Assert.DoesNotContain(all.SelectMany(nic => nic.Addresses), address => address.IsIPv6LinkLocal);
    }
}
