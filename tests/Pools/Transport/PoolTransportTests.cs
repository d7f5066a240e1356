using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Interfaces.Tests;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Tests.Stratum;
using P2PMiner.Pools.Transport;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Transport;

public sealed class PoolTransportTests
{
    private readonly RecordingLogger _log = new();

    [Fact]
    public async Task Connect_Tls_TellsVersionAndLogsTheFingerprintOnce()
    {
        using var certificate = FakePool.SelfSigned();
        await using var pool = new FakePool(certificate);
        var transport = new PoolTransport(TimeProvider.System, _log);
        for (var i = 0; i < 2; i++)
        {
            var link = await ConnectAsync(transport, pool, new());
            Assert.Matches("^TLSv1.[23]$", link.Peer.Tls);
            Assert.Equal(FakePool.Fingerprint(certificate), link.Peer.TlsFingerprint);
            await link.Stream.DisposeAsync();
        }

        Assert.Equal([$"127.0.0.1:{pool.Port} TLS fingerprint {FakePool.Fingerprint(certificate)} (SHA-256, not pinned)"], _log.Lines);
    }

    [Fact]
    public async Task Connect_CertificateChanged_WarnsWithTheNewFingerprint()
    {
        using var before = FakePool.SelfSigned();
        using var after = FakePool.SelfSigned();
        var transport = new PoolTransport(TimeProvider.System, _log);
        var pool = new FakePool(before);
        await (await ConnectAsync(transport, pool, new())).Stream.DisposeAsync();
        await pool.DisposeAsync();
        await using var other = new FakePool(after, pool.Port);
        await (await ConnectAsync(transport, other, new())).Stream.DisposeAsync();

        Assert.Equal($"127.0.0.1:{pool.Port} TLS fingerprint has changed to {FakePool.Fingerprint(after)} (SHA-256, not pinned)", _log.Lines[^1]);
    }

    [Fact]
    public async Task Connect_PinnedCertificate_AcceptedInAnyCaseOfHexAndNotLogged()
    {
        using var certificate = FakePool.SelfSigned();
        await using var pool = new FakePool(certificate);
        var link = await ConnectAsync(new(TimeProvider.System, _log), pool, new() { TlsFingerprint = FakePool.Fingerprint(certificate).ToUpperInvariant() });
        Assert.NotNull(link.Peer.TlsFingerprint);
        Assert.Empty(_log.Lines);
        await link.Stream.DisposeAsync();
    }

    [Fact]
    public async Task Connect_OtherCertificateThanPinned_RefusedNamingBoth()
    {
        using var certificate = FakePool.SelfSigned();
        await using var pool = new FakePool(certificate);
        var pinned = new string('a', 64);
        var failure = await Assert.ThrowsAsync<PoolProtocolException>(
            () => ConnectAsync(new(TimeProvider.System, _log), pool, new() { TlsFingerprint = pinned }));
        Assert.Equal($"TLS fingerprint is {FakePool.Fingerprint(certificate)}, pinned is {pinned}", failure.Message);
    }

    [Fact]
    public async Task Connect_StrictWithSelfSigned_Refused()
    {
        using var certificate = FakePool.SelfSigned();
        await using var pool = new FakePool(certificate);
        var failure = await Assert.ThrowsAsync<PoolProtocolException>(() => ConnectAsync(new(TimeProvider.System, _log), pool, new() { TlsStrict = true }));
        Assert.Contains("is not trusted", failure.Message);
    }

    // A pool names the address: it must not be able to send us anywhere, nor to hold up the handshake by an address that never answers.
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Connect_CertificateSaysWhereItsIssuerIs_NobodyGoesThere(bool pinned, bool strict)
    {
        using var trap = new IssuerTrap();
        await using var pool = new FakePool(trap.Certificate);
        var connecting = ConnectAsync(
            new(TimeProvider.System, _log), pool, new() { TlsFingerprint = pinned ? FakePool.Fingerprint(trap.Certificate) : null, TlsStrict = strict });
        if (strict)
        {
            await Assert.ThrowsAsync<PoolProtocolException>(() => connecting);
        }
        else
        {
            await (await connecting).Stream.DisposeAsync();
        }

        Assert.Equal(0, trap.Caught);
    }

    [Fact]
    public async Task Connect_PoolThatNeverShakesHands_TimesOut()
    {
        await using var pool = new FakePool();
        var clock = new FakeTimeProvider();
        var accepting = pool.AcceptAsync();
        var connecting = new PoolTransport(clock, _log).ConnectAsync(new(PoolScheme.StratumTls, "127.0.0.1", pool.Port), new(), default);
        await accepting;
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => clock.AdvanceUntilAsync(connecting, "end of the handshake"));
        Assert.Equal("no TLS handshake within 10 s: does this port speak TLS?", failure.Message);
    }

    [Theory]
    [InlineData("", "no TLS handshake: does this port speak TLS? (")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "no TLS handshake: does this port speak TLS? (")]
    [InlineData("{\"id\":1,\"error\":\"parse error\"}\n", "no TLS handshake: does this port speak TLS? (")]
    [InlineData("\u0015\u0003\u0003\0\u0002\u0002\u0028", "no TLS handshake: error:")]   // the alert handshake_failure: it does speak TLS
    public async Task Connect_TlsToWhoAnswersOtherwise_SaysWhy(string answer, string expected)
    {
        await using var pool = new FakePool();
        var accepting = pool.AcceptAsync();
        var connecting = new PoolTransport(TimeProvider.System, _log).ConnectAsync(new(PoolScheme.StratumTls, "127.0.0.1", pool.Port), new(), default);
        var client = await accepting;
        await client.SendRawAsync(Encoding.ASCII.GetBytes(answer));
        await client.DisposeAsync();

        var failure = await Assert.ThrowsAsync<AuthenticationException>(() => Eventually.ComesAsync(connecting, "end of the handshake"));

        Assert.StartsWith(expected, failure.Message);
        Assert.DoesNotContain("inner exception", failure.Message);
        Assert.Null(failure.InnerException);
    }

    [Theory]
    [InlineData("", "the other side hung up before it said anything: does this port want TLS (stratum+ssl://)?")]
    [InlineData("\u0015\u0003\u0003\0\u0002\u0002\u0046", "the other side speaks TLS: this port wants stratum+ssl://")]   // the alert protocol_version
    public async Task Read_PlainConnectionToWhoWantsTls_AsksForIt(string answer, string expected)
    {
        await using var pool = new FakePool();
        var link = await ConnectAsync(new(TimeProvider.System, _log), pool, new(), async client =>
        {
            await client.SendRawAsync(Encoding.ASCII.GetBytes(answer));
            await client.DisposeAsync();
        });

        var failure = await Assert.ThrowsAsync<IOException>(() => Eventually.ComesAsync(link.Stream.ReadAsync(new byte[10]).AsTask(), "answer"));

        Assert.Equal(expected, failure.Message);
        await link.Stream.DisposeAsync();
    }

    [Fact]
    public async Task Connect_NobodyListens_ThrowsSocketException()
    {
        await using var pool = new FakePool();
        pool.Stop();
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(
            () => new PoolTransport(TimeProvider.System, _log).ConnectAsync(new(PoolScheme.StratumTcp, "127.0.0.1", pool.Port), new(), default));
    }

    [Theory]
    [InlineData("pool.invalid", "3:pool.invalid:3333", 1)]   // the name is the proxy's to resolve
    [InlineData("192.0.2.7", "1:192.0.2.7:3333", 3)]
    [InlineData("2001:db8::7", "4:2001:db8::7:3333", 4)]
    public async Task Connect_Socks5_AsksTheProxyForTheHost(string host, string asked, byte boundType)
    {
        await using var pool = new FakePool();
        using var proxy = new FakeSocks5 { BoundType = boundType };
        var serving = proxy.ServeAsync(pool.Port);
        var accepting = pool.AcceptAsync();
        var link = await Eventually.ComesAsync(
            new PoolTransport(TimeProvider.System, _log)
                .ConnectAsync(new(PoolScheme.StratumTcp, host, 3333), new() { Socks5 = proxy.Address }, default), "connection");
        var client = await accepting;
        await client.SendAsync("x");

        var first = new byte[1];
        await link.Stream.ReadExactlyAsync(first);
        Assert.Equal((asked, (byte)'x', null), (proxy.Asked, first[0], link.Peer.Ip));
        await link.Stream.DisposeAsync();
        await Eventually.ComesAsync(serving, "end of the proxy");
    }

    [Fact]
    public async Task Connect_Socks5WithLogin_Sends_It()
    {
        await using var pool = new FakePool();
        using var proxy = new FakeSocks5 { Login = "me:se:cret" };
        var serving = proxy.ServeAsync(pool.Port);
        var accepting = pool.AcceptAsync();
        var link = await ProxiedAsync($"me:se:cret@{proxy.Address}");
        await accepting;
        await link.Stream.DisposeAsync();
        await Eventually.ComesAsync(serving, "end of the proxy");
    }

    [Fact]
    public async Task Connect_Socks5WrongLogin_SaysSoWithoutThePassword()
    {
        using var proxy = new FakeSocks5 { Login = "me:right" };
        _ = proxy.ServeAsync(1);
        var failure = await Assert.ThrowsAsync<Socks5Exception>(() => ProxiedAsync($"me:wrong-secret@{proxy.Address}"));
        Assert.Equal($"proxy {proxy.Address} refuses the user or password", failure.Message);
    }

    [Fact]
    public async Task Connect_Socks5WantsALoginWeHaveNot_SaysHowToGiveOne()
    {
        using var proxy = new FakeSocks5 { Login = "me:right" };
        _ = proxy.ServeAsync(1);
        var failure = await Assert.ThrowsAsync<Socks5Exception>(() => ProxiedAsync(proxy.Address));
        Assert.Contains("user:pass@host:port", failure.Message);
    }

    [Theory]
    [InlineData(1, "general failure")]
    [InlineData(2, "not allowed by its rules")]
    [InlineData(3, "network unreachable")]
    [InlineData(4, "host unreachable")]
    [InlineData(5, "connection refused")]
    [InlineData(6, "time to live expired")]
    [InlineData(7, "command not supported")]
    [InlineData(8, "address type not supported")]
    [InlineData(99, "reply 99")]
    public async Task Connect_Socks5Refuses_NamesTheReason(byte reply, string reason)
    {
        using var proxy = new FakeSocks5 { Reply = reply };
        _ = proxy.ServeAsync(1);
        var failure = await Assert.ThrowsAsync<Socks5Exception>(() => ProxiedAsync(proxy.Address));
        Assert.Equal($"proxy {proxy.Address} cannot reach pool.invalid:3333: {reason}", failure.Message);
    }

    [Fact]
    public async Task Connect_ProxySpeaksAnotherProtocol_SaysSo()
    {
        using var proxy = new FakeSocks5 { Version = (byte)'H' };
        _ = proxy.ServeAsync(1);
        var failure = await Assert.ThrowsAsync<Socks5Exception>(() => ProxiedAsync(proxy.Address));
        Assert.Contains("is not a SOCKS5 proxy", failure.Message);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Connect_CertificateWithHostileNames_NoneIsShown(bool pinned, bool strict)
    {
        using var certificate = FakePool.SelfSigned(WireValues.HostileInJson);
        Assert.Contains('\u202e', certificate.Subject);
        await using var pool = new FakePool(certificate);
        var said = "";
        try
        {
            var link = await ConnectAsync(
                new(TimeProvider.System, _log), pool, new() { TlsFingerprint = pinned ? new string('a', 64) : null, TlsStrict = strict });
            await link.Stream.DisposeAsync();
        }
        catch (PoolProtocolException refusal)
        {
            said = refusal.Message;
        }

        Assert.Equal(pinned || strict, said.Length > 0);
        Assert.All(_log.Lines.Append(said), line => Assert.True(line.All(OutsideText.IsHarmless), line));
    }

    // A proxy has no text of its own, only bytes: whatever they are, and wherever they come, they must not be shown as letters.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Handshake_HostileBytesOfTheProxy_AreNotShown(int soundBytes)
    {
        byte[] sound = [5, 0, 5, 0, 0, 1];
        Assert.True(Socks5Proxy.TryParse("me:secret@127.0.0.1:1080", out var proxy, out _));
        foreach (var hostile in Encoding.UTF8.GetBytes(WireValues.HostileInJson).Append((byte)0x9b))
        {
            var stream = new PiecemealStream([.. sound[..soundBytes], .. Enumerable.Repeat(hostile, 8)], [8]);
            var failure = await Assert.ThrowsAsync<Socks5Exception>(() => Socks5Handshake.ConnectAsync(stream, proxy, "pool.invalid", 3333, default));
            Assert.True(failure.Message.All(OutsideText.IsHarmless), failure.Message);
        }
    }

    [Theory]
    [InlineData("proxy\u202e.invalid:1080")]
    [InlineData("\u2066proxy:1080")]
    [InlineData("pro\u200bxy:1080")]
    [InlineData("pro\u009bxy:1080")]
    public void Proxy_HostThatWouldBeShownOtherwiseThanItIs_IsRefused(string text)
    {
        Assert.False(Socks5Proxy.TryParse(text, out _, out var error));
        Assert.True(error.All(OutsideText.IsHarmless), error);
    }

    private Task<PoolLink> ProxiedAsync(string proxy) => Eventually.ComesAsync(
        new PoolTransport(TimeProvider.System, _log)
            .ConnectAsync(new(PoolScheme.StratumTcp, "pool.invalid", 3333), new() { Socks5 = proxy }, default), "connection");

    private static async Task<PoolLink> ConnectAsync(PoolTransport transport, FakePool pool, PoolEntry entry, Func<FakePoolClient, Task>? then = null)
    {
        var accepting = pool.AcceptAsync();
        _ = accepting.ContinueWith(task => task.Exception, TaskContinuationOptions.OnlyOnFaulted);
        Assert.True(PoolUrl.TryParse(pool.Url, out var url, out var error), error);
        var link = await Eventually.ComesAsync(transport.ConnectAsync(url, entry, default), "TLS connection");
        var client = await accepting;
        await (then?.Invoke(client) ?? Task.CompletedTask);
        return link;
    }
}
