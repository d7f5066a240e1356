using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.TestKit;

namespace P2PMiner.Security.Tests;

public sealed class MutualTlsTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly ClusterKey _key = ClusterKey.NewRandom();
    private readonly ClusterKeyRing _ring;
    private readonly TlsServer _server;

    public MutualTlsTests()
    {
        _ring = new(_key, _clock);
        _server = new(_ring, _clock);
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Accept_SameKey_LetsInAndNamesTheNode()
    {
        Assert.Equal(42, await _server.EchoAsync(_ring, _clock));
        Assert.Equal("node 2", await _server.OutcomeAsync());
        Assert.Empty(_server.Log.Lines);
    }

    [Fact]
    public async Task Accept_ForeignKey_IsRefusedOnBothSides()
    {
        var foreign = new ClusterKeyRing(ClusterKey.NewRandom(), _clock);
        var error = await Assert.ThrowsAsync<AuthenticationException>(() => _server.EchoAsync(foreign, _clock));
        Assert.Equal("certificate of another cluster", error.Message);
        await _server.OutcomeAsync();

        // A stranger that does not mind who answers is refused by the server itself.
        await RefusedAsync("certificate of another cluster", foreign.Current.Authority.Issue(new(2), Now.AddDays(-1), Now.AddDays(1)));
    }

    [Fact]
    public Task Accept_ForeignAuthorityOfTheSameName_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(_key.Authority.Certificate.SubjectName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        var authority = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        return RefusedAsync("certificate of another cluster", SignedBy(authority, $"CN={new P2PMiner.Peers.NodeId(2)}"));
    }

    [Fact]
    public Task Accept_SelfSigned_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={new P2PMiner.Peers.NodeId(2)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(ClusterAuthority.NodeUsages, false));
        return RefusedAsync("certificate of another cluster", request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1)));
    }

    [Fact]
    public Task Accept_Expired_IsRefused()
        => RefusedAsync("certificate expired: are the clocks right?", _key.Authority.Issue(new(2), Now.AddDays(-31), Now.AddSeconds(-1)));

    [Fact]
    public Task Accept_NotYetValid_IsRefused()
        => RefusedAsync("certificate not valid yet: are the clocks right?", _key.Authority.Issue(new(2), Now.AddMinutes(1), Now.AddDays(30)));

    [Fact]
    public Task Accept_ServerUseOnly_IsRefused()
        => RefusedAsync("certificate for another use",
            _key.Authority.Issue(new P2PMiner.Peers.NodeId(2).ToString(), Now.AddDays(-1), Now.AddDays(1), [new("1.3.6.1.5.5.7.3.1")]));

    [Fact]
    public Task Accept_NameThatIsNoNode_IsRefused()
        => RefusedAsync("certificate names no node", _key.Authority.Issue("somebody", Now.AddDays(-1), Now.AddDays(1), ClusterAuthority.NodeUsages));

    [Fact]
    public async Task Accept_HostileNames_NoneIsShown()
    {
        const string Hostile = "a\u001b[2J\u009b1m\u202ec\u2066\u2028d";
        using var stranger = FakePool.SelfSigned(Hostile);
        await RefusedAsync("certificate names no node", SignedBy(stranger, $"CN=\"{Hostile}\""));
        _clock.Advance(TimeSpan.FromMinutes(2));   // or the next refusal of this address would be counted only
        await RefusedAsync("certificate for another use", stranger);

        Assert.Equal(2, _server.Log.Lines.Count(line => line.Contains("certificate")));
        Assert.All(_server.Log.Lines, line => Assert.True(line.All(OutsideText.IsHarmless), line));
    }

    [Fact]
    public Task Accept_CertificateBelowAMember_IsRefused()
    {
        // A node's certificate is no authority: what a member signs with it is not let in.
        var member = _key.Authority.Issue(new(3), Now.AddDays(-2), Now.AddDays(2));
        return RefusedAsync("certificate of another cluster", SignedBy(member, $"CN={new P2PMiner.Peers.NodeId(2)}"), also: member);
    }

    [Fact]
    public Task Accept_NoClientCertificate_IsRefused() => RefusedAsync("no certificate", null);

    [Fact]
    public async Task Accept_CertificateSaysWhereItsIssuerIs_NobodyGoesThere()
    {
        using var trap = new IssuerTrap();
        await RefusedAsync("certificate for another use", trap.Certificate);
        Assert.Equal(0, trap.Caught);
    }

    [Fact]
    public async Task Connect_CertificateSaysWhereItsIssuerIs_NobodyGoesThere()
    {
        using var trap = new IssuerTrap();
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync((System.Net.IPEndPoint)listener.LocalEndpoint);
        await using var server = new SslStream(new System.Net.Sockets.NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
        var answering = server.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(trap.Certificate, null, offline: true) });

        var error = await Assert.ThrowsAsync<AuthenticationException>(
            () => _server.Tls.ConnectAsync(client.GetStream(), listener.LocalEndpoint, expected: null, CancellationToken.None));

        await answering.ContinueWith(static _ => { });
        Assert.Equal("certificate for another use", error.Message);
        Assert.Equal(0, trap.Caught);
    }

    [Fact]
    public async Task Accept_Tls12Only_IsRefused()
    {
        using var client = await _server.ConnectAsync();
        await using var stream = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        var options = new SslClientAuthenticationOptions { TargetHost = "p2p-miner", EnabledSslProtocols = SslProtocols.Tls12 };
        await Assert.ThrowsAnyAsync<Exception>(() => stream.AuthenticateAsClientAsync(options));
        // It does speak TLS, so OpenSSL's reason is the better one.
        Assert.StartsWith("no TLS 1.3 handshake: error:", await _server.OutcomeAsync());
        await StaysWellAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    public async Task Connect_PortWithoutTls_AsksWhetherItSpeaksIt(string answer)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync((System.Net.IPEndPoint)listener.LocalEndpoint);
        using (var other = await listener.AcceptSocketAsync())
        {
            await other.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer));
            other.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            var error = await Assert.ThrowsAsync<AuthenticationException>(
                () => _server.Tls.ConnectAsync(client.GetStream(), listener.LocalEndpoint, expected: null, CancellationToken.None));
            Assert.StartsWith("no TLS 1.3 handshake: does that port speak TLS? (", error.Message);
        }
    }

    [Fact]
    public async Task Accept_LeavesWithoutAWord_IsNoMatterForTheLog()
    {
        await SendAsync([]);
        Assert.StartsWith("no TLS 1.3 handshake: ", await _server.OutcomeAsync());
        Assert.Empty(_server.Log.Lines);
    }

    [Fact]
    public async Task Accept_Plaintext_IsRefused()
    {
        await SendAsync("GET / HTTP/1.1\r\nHost: miner\r\n\r\n"u8.ToArray());
        Assert.StartsWith("no TLS 1.3 handshake: ", await _server.OutcomeAsync());
        await StaysWellAsync();
    }

    [Fact]
    public async Task Accept_Garbage_IsRefused()
    {
        foreach (var garbage in Gen.Byte.Array[1, 300].Array[30].Single())
        {
            await SendAsync(garbage);
            Assert.StartsWith("no TLS 1.3 handshake: ", await _server.OutcomeAsync());
        }

        await StaysWellAsync();
    }

    [Fact]
    public async Task Accept_OversizedRecords_IsRefused()
    {
        // A handshake record whose header announces the most that 16 bits can, four megabytes of it.
        await SendAsync([0x16, 0x03, 0x01, 0xff, 0xff, .. new byte[4 << 20]]);
        Assert.StartsWith("no TLS 1.3 handshake: ", await _server.OutcomeAsync());
        await StaysWellAsync();
    }

    [Fact]
    public async Task Accept_SlowHandshake_IsCutAtTheLimit()
    {
        using var client = await _server.ConnectAsync();
        await client.GetStream().WriteAsync(new byte[] { 0x16, 0x03, 0x01 });
        var outcome = _server.OutcomeAsync();
        while (!outcome.IsCompleted)
        {
            // Until the server has begun, its limit is not armed yet.
            _clock.Advance(MutualTls.HandshakeLimit);
            await Task.Yield();
        }

        Assert.Equal("no handshake within 5 s: does the other side speak TLS?", await outcome);
        await StaysWellAsync();
    }

    [Fact]
    public async Task Connect_AnotherNodeThanExpected_IsRefused()
    {
        Assert.Equal(42, await _server.EchoAsync(_ring, _clock, expected: new(1)));
        var error = await Assert.ThrowsAsync<AuthenticationException>(() => _server.EchoAsync(_ring, _clock, expected: new(9)));
        Assert.Equal("certificate of another node", error.Message);
    }

    [Fact]
    public async Task Accept_FormerKeyAfterARotation_LetsInDuringTheGraceOnly()
    {
        var next = ClusterKey.NewRandom();
        _ring.Rotate(next, TimeSpan.FromHours(1));
        // The other side was told of the new key, but has not switched yet.
        var behind = new ClusterKeyRing(_key, _clock, [new(next, Now.AddDays(1))]);

        Assert.Equal(42, await _server.EchoAsync(behind, _clock));
        Assert.Equal("node 2", await _server.OutcomeAsync());
        _clock.Advance(TimeSpan.FromHours(1));
        await RefusedAsync("certificate of another cluster", _key.Authority.Issue(new(2), Now.AddDays(-1), Now.AddDays(1)));
    }

    [Fact]
    public async Task Accept_HolderOfTheFormerKeyOnly_IsLetInDuringTheGraceAndNotAfter()
    {
        var old = new ClusterKeyRing(_key, _clock);
        _ring.Rotate(ClusterKey.NewRandom(), TimeSpan.FromHours(1));

        // It knows no other key, so it must be shown a certificate under its own.
        Assert.Equal(42, await _server.EchoAsync(old, _clock));
        Assert.Equal("node 2", await _server.OutcomeAsync());
        _clock.Advance(TimeSpan.FromHours(1));
        var error = await Assert.ThrowsAsync<AuthenticationException>(() => _server.EchoAsync(old, _clock));
        Assert.Equal("certificate of another cluster", error.Message);
        await _server.OutcomeAsync();
        await StaysWellAsync();
    }

    [Fact]
    public async Task Accept_HolderOfTheNextKeyOnly_IsLetInBeforeTheServerGoesByIt()
    {
        var next = ClusterKey.NewRandom();
        _ring.Accept(next, Now + TimeSpan.FromHours(1));

        Assert.Equal(42, await _server.EchoAsync(new(next, _clock), _clock));
        Assert.Equal("node 2", await _server.OutcomeAsync());
        _ring.Withdraw(next.Id);
        await Assert.ThrowsAsync<AuthenticationException>(() => _server.EchoAsync(new(next, _clock), _clock));
    }

    [Fact]
    public async Task Rotation_EveryOrderOfSteps_LetsBothSidesIn()
    {
        // Each side: before the offer, offered, gone over. The rule is that nobody goes over before all were offered.
        var next = ClusterKey.NewRandom();
        for (var server = 0; server < 3; server++)
        {
            for (var client = 0; client < 3; client++)
            {
                if (Math.Abs(server - client) == 2)
                {
                    continue;
                }

                await using var one = new TlsServer(At(server), _clock);
                Assert.Equal(42, await one.EchoAsync(At(client), _clock));
            }
        }

        ClusterKeyRing At(int step)
        {
            var ring = new ClusterKeyRing(_key, _clock);
            if (step > 0)
            {
                ring.Accept(next, Now + TimeSpan.FromHours(1));
            }

            Assert.True(step < 2 || ring.Switch(next.Id));
            return ring;
        }
    }

    [Fact]
    public async Task Accept_ManyRefusalsOfOneSource_AreNamedOnceAMinute()
    {
        for (var i = 0; i < 5; i++)
        {
            await SendAsync("hello there"u8.ToArray());
            await _server.OutcomeAsync();
        }

        Assert.StartsWith("refused a connection from 127.0.0.1: no TLS 1.3 handshake: does the other side speak TLS? (", Assert.Single(_server.Log.Lines));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync("hello there"u8.ToArray());
        await _server.OutcomeAsync();
        Assert.EndsWith("(4 more since the last such line)", _server.Log.Lines.Last());
    }

    private X509Certificate2 SignedBy(X509Certificate2 authority, string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(ClusterAuthority.NodeUsages, false));
        var signer = X509SignatureGenerator.CreateForECDsa(authority.GetECDsaPrivateKey()!);
        using var signed = request.Create(authority.SubjectName, signer, Now.AddHours(-1), Now.AddHours(1), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>Shows <paramref name="certificate"/> as a client that lets any server in.</summary>
    private async Task RefusedAsync(string reason, X509Certificate2? certificate, X509Certificate2? also = null)
    {
        using var client = await _server.ConnectAsync();
        await using var stream = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        var options = new SslClientAuthenticationOptions { TargetHost = "p2p-miner", EnabledSslProtocols = SslProtocols.Tls13 };
        if (certificate is not null)
        {
            options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, also is null ? null : [also], offline: true);
        }

        // In TLS 1.3 the client is done before the server has looked at its certificate: the refusal shows at the first read.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await stream.AuthenticateAsClientAsync(options);
            await stream.WriteAsync(new byte[1]);
            await stream.ReadExactlyAsync(new byte[1]);
        });
        Assert.Equal(reason, await _server.OutcomeAsync());
        await StaysWellAsync();
    }

    private async Task SendAsync(byte[] bytes)
    {
        using var client = await _server.ConnectAsync();
        await using var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(bytes);
            client.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await stream.ReadExactlyAsync(new byte[4096]);
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            // The server hung up, as it should.
        }
    }

    private async Task StaysWellAsync()
    {
        // Under the server's current key, whatever it was rotated to.
        Assert.Equal(7, await _server.EchoAsync(_ring, _clock, value: 7));
        Assert.Equal("node 2", await _server.OutcomeAsync());
    }
}
