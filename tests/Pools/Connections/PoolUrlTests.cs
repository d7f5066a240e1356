using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Tests.Connections;

/// <summary>The one reader of pool addresses: of the command line, the settings, setup and the console.</summary>
public sealed class PoolUrlTests
{
    [Theory]
    [InlineData("pool.example:3333", "stratum+tcp://pool.example:3333")]
    [InlineData("pool.example:3333/", "stratum+tcp://pool.example:3333")]
    [InlineData("stratum://pool.example:3333", "stratum+tcp://pool.example:3333")]
    [InlineData("tcp://pool.example:3333", "stratum+tcp://pool.example:3333")]
    [InlineData("STRATUM+SSL://pool.example:443", "stratum+ssl://pool.example:443")]
    [InlineData("stratum+tls://pool.example:443", "stratum+ssl://pool.example:443")]
    [InlineData("ssl://[2001:db8::1]:443", "stratum+ssl://[2001:db8::1]:443")]
    [InlineData("[::1]:3333", "stratum+tcp://[::1]:3333")]
    [InlineData("daemon+http://127.0.0.1:18081", "daemon+http://127.0.0.1:18081")]
    [InlineData("daemon+https://node.example:18089/", "daemon+https://node.example:18089")]
    public void TryParse_Address_IsRead(string text, string expected)
    {
        Assert.True(PoolUrl.TryParse(text, out var url, out var error), error);
        Assert.Equal(expected, url.ToString());
    }

    [Theory]
    [InlineData("", "pool URL '': expected HOST:PORT, such as pool.example:3333, and stratum+ssl:// before it for TLS")]
    [InlineData("pool.example", "pool URL 'pool.example': the port is missing; expected HOST:PORT, such as pool.example:3333, and stratum+ssl:// before it")]
    [InlineData("stratum+ssl://pool.example", "pool URL 'stratum+ssl://pool.example': the port is missing; expected stratum+ssl://HOST:PORT")]
    [InlineData("[::1]", "pool URL '[::1]': the port is missing; ")]
    [InlineData("pool.example:", "pool URL 'pool.example:': the port is missing; ")]
    [InlineData("pool.example:0", "pool URL 'pool.example:0': the port is not a number from 1 to 65535")]
    [InlineData("pool.example:65536", "pool URL 'pool.example:65536': the port is not a number from 1 to 65535")]
    [InlineData("pool.example:3333/path", "pool URL 'pool.example:3333/path': nothing may follow the port")]
    [InlineData("http://pool.example:80", "pool URL 'http://pool.example:80': unknown scheme; expected stratum+tcp (also when none is given), stratum+ssl, ")]
    [InlineData("wallet@pool.example:3333", "pool URL '…@pool.example:3333': no user belongs here; give it as --user, or as User in the settings")]
    [InlineData("stratum+tcp://wallet:word@pool.example:3333", "pool URL '…@pool.example:3333': no user belongs here; ")]
    [InlineData("po ol:1", "pool URL 'po ol:1': expected HOST:PORT")]
    public void TryParse_NoAddress_SaysWhatIsMissing(string text, string expected)
    {
        Assert.False(PoolUrl.TryParse(text, out _, out var error));
        Assert.StartsWith(expected, error);
    }
}
