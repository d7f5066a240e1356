using P2PMiner.Grains.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Tests.Pool;

public sealed class PoolOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_Pass() => Assert.Empty(Failures(new()));

    [Fact]
    public void Validate_GoodEntries_Pass() => Assert.Empty(Failures(new()
    {
        Pools =
        [
            new() { Url = "stratum+ssl://pool.example:443", User = "w", TlsFingerprint = new('A', 64), Socks5 = "u:p@127.0.0.1:9050" },
            new() { Url = "daemon+http://[::1]:18081", User = "w", Zmq = "tcp://127.0.0.1:18083", RpcLogin = "me:you:@" },
            new() { Url = "stratum+tcp://pool.example:3333", User = "w", Socks5 = "[::1]:9050" },
        ],
    }));

    public static TheoryData<Action<PoolEntry>, string> BadEntries => new()
    {
        { entry => entry.Url = "pool.example", "Pool:Pools:0:Url: pool URL 'pool.example'" },
        { entry => entry.Url = "ftp://pool.example:1", "Pool:Pools:0:Url: pool URL 'ftp://pool.example:1': unknown scheme" },
        { entry => entry.Url = "stratum+tcp://me:secret-word@pool.example:1", "Pool:Pools:0:Url: pool URL '…@pool.example:1'" },
        { entry => entry.User = " ", "Pool:Pools:0:User: empty" },
        { entry => entry.TlsFingerprint = "abc", "Pool:Pools:0:TlsFingerprint: 'abc' is not a SHA-256 fingerprint" },
        { entry => entry.TlsFingerprint = new('g', 64), "Pool:Pools:0:TlsFingerprint: " },
        { entry => (entry.Url, entry.TlsStrict) = ("stratum+tcp://pool.example:1", true), "Pool:Pools:0:TlsStrict: needs TLS" },
        { entry => entry.Socks5 = "127.0.0.1", "Pool:Pools:0:Socks5: '127.0.0.1': expected host:port" },
        { entry => entry.Socks5 = "u:secret-word@:9050", "Pool:Pools:0:Socks5: ':9050': expected host:port" },
        { entry => entry.RpcLogin = "me:secret-word", "Pool:Pools:0:RpcLogin: only a daemon" },
        { entry => (entry.Url, entry.RpcLogin) = ("daemon+http://127.0.0.1:18081", "secret-word"), "Pool:Pools:0:RpcLogin: expected USER:PASS" },
        { entry => (entry.Url, entry.RpcLogin) = ("daemon+http://127.0.0.1:18081", ":secret-word"), "Pool:Pools:0:RpcLogin: expected USER:PASS" },
        { entry => (entry.Url, entry.RpcLogin) = ("daemon+http://127.0.0.1:18081", "me:secret-word\n"), "Pool:Pools:0:RpcLogin: expected USER:PASS" },
        { entry => (entry.Url, entry.RpcLogin) = ("daemon+http://you:secret-word@127.0.0.1:1", "me:x"), "Pool:Pools:0:Url: pool URL '…@127.0.0.1:1'" },
        { entry => entry.Zmq = "tcp://127.0.0.1:1", "Pool:Pools:0:Zmq: only a daemon" },
        { entry => (entry.Url, entry.Zmq) = ("daemon+http://127.0.0.1:18081", "127.0.0.1:1"), "Pool:Pools:0:Zmq: '127.0.0.1:1'" },
        { entry => (entry.Url, entry.Zmq) = ("daemon+http://127.0.0.1:18081", "tcp://no\u202edeon:1"), "Pool:Pools:0:Zmq: 'tcp://no?deon:1'" },
    };

    [Theory]
    [MemberData(nameof(BadEntries))]
    public void Validate_BadEntry_NamesTheKey(Action<PoolEntry> spoil, string expected)
    {
        var entry = new PoolEntry { Url = "stratum+ssl://pool.example:443", User = "w", Pass = "secret-word" };
        spoil(entry);
        var failure = Assert.Single(Failures(new() { Pools = [entry] }));
        Assert.StartsWith(expected, failure);
        Assert.DoesNotContain("secret-word", failure);
    }

    [Fact]
    public void Validate_WhatOtherNodesWouldRefuse_IsRefusedAtTheStart()
    {
        Assert.Equal(
            "Pool:Pools:0: a setting of the pool is longer than 512 letters",
            Assert.Single(Failures(new() { Pools = [new() { Url = "stratum+tcp://one:1", User = new('w', 513) }] })));
        Assert.Equal(
            "Pool:Pools: 65 pools, more than 64",
            Assert.Single(Failures(
                new() { Pools = [.. Enumerable.Range(1, 65).Select(port => new PoolEntry { Url = $"stratum+tcp://one:{port}", User = "w" })] })));
    }

    [Fact]
    public void Validate_RetriesOutOfRange_NamesTheKey() => Assert.StartsWith("Pool:Retries: ", Assert.Single(Failures(new() { Retries = 0 })));

    private static IEnumerable<string> Failures(PoolOptions options) => new PoolOptionsValidator().Validate(null, options).Failures ?? [];
}
