using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;

namespace P2PMiner.Discovery.Tests;

public sealed class DiscoveryOptionsTests
{
    private readonly DiscoveryOptionsValidator _validator = new();

    [Fact]
    public void Validate_Defaults_AreRight() => Assert.True(_validator.Validate(null, new DiscoveryOptions()).Succeeded);

    [Fact]
    public void Validate_WrongValues_NamesEachKey()
    {
        Expect(new() { Port = 0 }, "Discovery:Port");
        Expect(new() { Interval = TimeSpan.FromMilliseconds(1) }, "Discovery:Interval");
        Expect(new() { Timeout = TimeSpan.FromMilliseconds(900) }, "Discovery:Timeout");
        Expect(new() { SettleTime = TimeSpan.FromMilliseconds(900) }, "Discovery:SettleTime");
        Expect(new() { MulticastGroup = "224.0.0.1" }, "Discovery:MulticastGroup:");
        Expect(new() { MulticastGroup = "everyone" }, "Discovery:MulticastGroup:");
        Expect(new() { MulticastGroupV6 = "ff05::1" }, "Discovery:MulticastGroupV6");
        Expect(new() { MulticastGroupV6 = "239.1.1.1" }, "Discovery:MulticastGroupV6");
        Expect(new() { Seeds = ["good", "bad:0"] }, "Discovery:Seeds:1");
        Expect(new() { Seeds = [.. Enumerable.Repeat("host", 65)] }, "Discovery:Seeds");
    }

    [Theory]
    [InlineData("host", "host", 10000)]
    [InlineData("host.example:1", "host.example", 1)]
    [InlineData("192.0.2.1:65535", "192.0.2.1", 65535)]
    [InlineData("2001:db8::1", "2001:db8::1", 10000)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 10000)]
    [InlineData("[2001:db8::1]:7", "2001:db8::1", 7)]
    public void TryParse_HostAndPort_AreRead(string text, string host, int port)
    {
        Assert.True(HostPort.TryParse(text, 10000, out var endPoint));
        Assert.Equal((host, port), (endPoint.Host, endPoint.Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":1")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:+1")]
    [InlineData("two words")]
    [InlineData("[")]
    [InlineData("[]:1")]
    [InlineData("[::1]1")]
    public void TryParse_NoHostOrPort_IsRefused(string text) => Assert.False(HostPort.TryParse(text, 10000, out _));

    private void Expect(DiscoveryOptions options, string key)
    {
        var result = _validator.Validate(null, options);
        Assert.True(result.Failed, $"{key} was let through");
        Assert.Contains(result.Failures!, failure => failure.StartsWith(key, StringComparison.Ordinal));
    }
}
