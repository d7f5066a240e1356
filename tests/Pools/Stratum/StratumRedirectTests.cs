using P2PMiner.Pools.Stratum;

namespace P2PMiner.Pools.Tests.Stratum;

public sealed class StratumRedirectTests
{
    [Theory]
    [InlineData("pool.example.org", "POOL.example.org", true)]
    [InlineData("pool.example.org", "eu.pool.example.org", true)]
    [InlineData("eu.pool.example.org", "example.org", true)]
    [InlineData("eu.example.org", "us.example.org", true)]
    [InlineData("pool.example.org", "pool.example.org.evil.com", false)]
    [InlineData("pool.example.org", "notexample.org", false)]
    [InlineData("pool.example.org", "org", false)]
    [InlineData("pool.firm.co.uk", "eu.firm.co.uk", true)]
    [InlineData("pool.firm.co.uk", "evil.co.uk", false)]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("10.0.2.1", "192.168.2.1", false)]
    [InlineData("pool.example.org", "192.0.2.1", false)]
    [InlineData("192.0.2.1", "a.2.1", false)]
    [InlineData("localhost", "evil.example", false)]
    public void IsAllowed_OnlyWithinTheOwnDomain(string from, string to, bool expected) => Assert.Equal(expected, StratumRedirect.IsAllowed(from, to));
}
