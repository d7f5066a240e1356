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
    public void MayLog_SameSource_OnceAMinute()
    {
        Assert.True(MayLog("10.0.0.1"));
        Assert.False(MayLog("10.0.0.1"));
        Assert.True(MayLog("10.0.0.2"));
        _clock.Advance(BeaconSources.LogInterval);
        Assert.True(MayLog("10.0.0.1"));
    }

    [Fact]
    public void MayLog_MadeUpAddresses_AreAFewLinesAMinuteAndNoMemory()
    {
        for (var minute = 1; minute <= 3; minute++)
        {
            Assert.Equal(BeaconSources.LinesPerMinute, Enumerable.Range(0, 20_000).Count(i => _sources.MayLog(Address(minute << 16 | i), out _)));
            Assert.Equal(BeaconSources.LinesPerMinute, _sources.Count);
            _clock.Advance(BeaconSources.LogInterval);
        }

        Assert.True(_sources.MayLog(Address(0), out var leftOut));
        Assert.Contains($"{20_000 - BeaconSources.LinesPerMinute} more", leftOut);
    }

    [Fact]
    public void MayLog_AddressesOfOneIPv6Network_AreOneSource()
    {
        Assert.True(MayLog("2001:db8::1"));
        Assert.False(MayLog("2001:db8::2"));
        Assert.True(MayLog("fe80::1"));
        Assert.True(MayLog("fe80::2"));
    }

    private static IPAddress Address(int i) => new([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]);

    private bool MayLog(string address) => _sources.MayLog(IPAddress.Parse(address), out _);
}
