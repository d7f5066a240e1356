using System.Security.Cryptography;
using P2PMiner.Pools.Connections;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Daemon;

/// <summary>The way to a daemon: login, TLS and proxy.</summary>
public sealed class DaemonAccessTests : DaemonConnectionFixture
{
    [Theory]
    [InlineData(null, "the daemon wants the login of its --rpc-login; give it as RpcLogin")]
    [InlineData("miner:geheim", "the daemon does not take the login given as RpcLogin or in the URL")]
    public async Task Connect_DaemonWantsAnotherLogin_IsALoginErrorThatNamesIt(string? login, string expected)
    {
        Daemon.Replace["get_block_template"] = context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Digest qop=\"auth\",algorithm=MD5,realm=\"monero-rpc\",nonce=\"c2FsdA==\",stale=false";
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<PoolLoginException>(() => ConnectAsync(change: entry => entry.RpcLogin = login));

        Assert.StartsWith($"127.0.0.1:{Daemon.Port} get_block_template: HTTP status 401: {expected}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ServerAsksForThePasswordItself_DoesNotGetIt()
    {
        var headers = new System.Collections.Concurrent.ConcurrentQueue<string>();
        Daemon.Replace["get_block_template"] = context =>
        {
            headers.Enqueue(context.Request.Headers.Authorization.ToString());
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"monero-rpc\"";
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<PoolLoginException>(() => ConnectAsync(change: entry => entry.RpcLogin = "miner:geheim"));

        Assert.Equal([""], headers);
    }

    [Fact]
    public async Task Connect_NobodyThere_IsTheTransportsError()
    {
        var port = Daemon.Port;
        await Daemon.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(url: $"daemon+http://127.0.0.1:{port}"));
    }

    [Fact]
    public async Task Connect_Https_ObeysPinAndStrictMode()
    {
        using var certificate = TestCertificate.Create();
        await using var secure = await FakeDaemon.StartAsync(certificate);
        var url = $"daemon+https://127.0.0.1:{secure.Port}";
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

        var connection = await ConnectAsync(url: url, change: entry => entry.TlsFingerprint = fingerprint.ToUpperInvariant());
        Assert.Equal(fingerprint, connection.Peer.TlsFingerprint);
        Assert.StartsWith("TLSv1.", connection.Peer.Tls, StringComparison.Ordinal);

        await using var unpinned = await ConnectAsync(url: url);
        Assert.Equal(fingerprint, unpinned.Peer.TlsFingerprint);
        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(url: url, change: entry => entry.TlsFingerprint = new string('0', 64)));
        await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(url: url, change: entry => entry.TlsStrict = true));
    }

    [Fact]
    public async Task Connect_TlsWhereThereIsNoneOrTheReverse_AsksForTheOther()
    {
        using var certificate = TestCertificate.Create();
        await using var secure = await FakeDaemon.StartAsync(certificate);

        var plain = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(url: $"daemon+http://127.0.0.1:{secure.Port}"));
        var tls = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(url: $"daemon+https://127.0.0.1:{Daemon.Port}"));

        Assert.Equal("the other side hung up before it said anything: does this port want TLS (daemon+https://)?", PoolText.Reason(plain));
        Assert.StartsWith("no TLS handshake: does this port speak TLS? (", PoolText.Reason(tls));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("me:secret")]
    [InlineData("me:p@ss:w@rd/%40#?")]   // taken as it is written
    public async Task Connect_ThroughSocks5_TheProxyResolvesTheNameAndGetsTheLogin(string? login)
    {
        using var proxy = new FakeSocks5 { Login = login };
        _ = proxy.ServeAsync(Daemon.Port);

        var connection = await ConnectAsync(
            url: "daemon+http://daemon.invalid:18081", change: entry => entry.Socks5 = login is null ? proxy.Address : $"{login}@{proxy.Address}");

        Assert.Equal("3:daemon.invalid:18081", proxy.Asked);
        Assert.Equal(new PoolPeer(null, null, null), connection.Peer);
        Assert.Equal("daemon.invalid:18081", (await NextJobAsync(connection)).Pool);
    }

    [Fact]
    public async Task Connect_ProxyRefusesTheLogin_SaysSoWithoutThePassword()
    {
        using var proxy = new FakeSocks5 { Login = "me:right" };
        _ = proxy.ServeAsync(Daemon.Port);

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(change: entry => entry.Socks5 = $"me:wrong@{proxy.Address}"));

        Assert.Equal($"proxy {proxy.Address} refuses the user or password", error.GetBaseException().Message);
    }
}
