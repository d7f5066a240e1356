using System.Net;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Discovery.Tests;

public sealed class BeaconSourcesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly BeaconSources _sources;

    public BeaconSourcesTests() => _sources = new(_clock);

    [Fact]
    public void Admit_Flood_LetsTheAllowanceThroughEachSecond()
    {
        Assert.Equal(BeaconSources.DatagramsPerSecond, Flood(Address(1)));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.InRange(Flood(Address(1)), BeaconSources.DatagramsPerSecond / 2 - 1, BeaconSources.DatagramsPerSecond / 2);
    }

    [Fact]
    public void Admit_FloodFromMadeUpAddresses_LeavesKnownNodesAndMemoryAlone()
    {
        Assert.True(_sources.Admit(Address(0)));
        var admitted = Enumerable.Range(1, 20_000).Count(i => _sources.Admit(Address(i)));

        Assert.Equal(BeaconSources.MaxSources, _sources.Count);
        Assert.Equal(BeaconSources.MaxSources - 1 + BeaconSources.DatagramsPerSecond, admitted);
        Assert.True(_sources.Admit(Address(0)));
    }

    [Fact]
    public void Admit_AfterTheFlood_ForgetsTheIdle()
    {
        for (var i = 0; i < BeaconSources.MaxSources; i++)
        {
            _sources.Admit(Address(i));
        }

        _clock.Advance(TimeSpan.FromMinutes(2));
        _sources.Admit(Address(100_000));

        Assert.Equal(1, _sources.Count);
    }

    [Fact]
    public void MayLog_SameSource_OnceAMinute()
    {
        Assert.True(_sources.MayLog(Address(1)));
        Assert.False(_sources.MayLog(Address(1)));
        Assert.True(_sources.MayLog(Address(2)));
        _clock.Advance(BeaconSources.LogInterval);
        Assert.True(_sources.MayLog(Address(1)));
    }

    [Fact]
    public void MayLog_AddressesOfOneIPv6Network_AreOneSource()
    {
        Assert.True(_sources.MayLog(IPAddress.Parse("2001:db8::1")));
        Assert.False(_sources.MayLog(IPAddress.Parse("2001:db8::2")));
        Assert.True(_sources.MayLog(IPAddress.Parse("fe80::1")));
        Assert.True(_sources.MayLog(IPAddress.Parse("fe80::2")));
    }

    private static IPAddress Address(int i) => new([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]);

    private int Flood(IPAddress address) => Enumerable.Range(0, 10 * BeaconSources.DatagramsPerSecond).Count(_ => _sources.Admit(address));
}
