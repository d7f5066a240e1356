using Microsoft.Extensions.Options;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Tests.Pool;

public sealed class PoolListTests
{
    private readonly PoolList _pools = new(
        [new() { Url = "stratum+tcp://one:1", User = "u" }, new() { Url = "stratum+ssl://two:2", User = "u" }], [Algorithm.RandomX]);

    [Fact]
    public void Add_Pool_ComesLastWithAllItsSettings()
    {
        var pool = new NewPool
        {
            Url = "stratum+ssl://three:3", User = "me", Pass = "p", RigId = "r", TlsFingerprint = new string('a', 64), TlsStrict = true,
            Socks5 = "h:1", NiceHash = true,
            KeepAlive = true,
        };

        Assert.Null(_pools.Add(pool));

        var entry = _pools.Endpoints[2].Entry;
        Assert.Equal(
            (pool.Url, pool.User, pool.Pass, pool.RigId, pool.TlsFingerprint, true, pool.Socks5, true, true),
            (entry.Url, entry.User, entry.Pass, entry.RigId, entry.TlsFingerprint, entry.TlsStrict, entry.Socks5, entry.NiceHash, entry.KeepAlive));
    }

    [Theory]
    [InlineData("nonsense", "u", "Url: pool URL 'nonsense': the port is missing")]
    [InlineData("stratum+tcp://x:1", " ", "User: empty")]
    [InlineData("ONE:1", "u", "is in the list already")]
    public void Add_WrongPool_IsRefused(string url, string user, string words)
    {
        Assert.Contains(words, _pools.Add(new() { Url = url, User = user, Pass = "secret-word" }));
        Assert.Equal(2, _pools.Endpoints.Count);
    }

    [Fact]
    public void Add_DaemonWithALoginInItsUrl_TheLoginIsApartAndNeverShown()
    {
        Assert.Null(_pools.Add(new() { Url = "daemon+http://m%40e:secret%2Dword@three:3", User = "u" }));

        Assert.Equal("daemon+http://three:3", _pools.Urls[2]);
        Assert.Equal(("daemon+http://three:3", "m@e:secret-word"), (_pools.Endpoints[2].Entry.Url, _pools.Endpoints[2].Entry.RpcLogin));
        Assert.Equal("pool daemon+http://three:3", _pools.Share().Pools[2].ToString());
        Assert.Equal("m@e:secret-word", _pools.Share().Pools[2].RpcLogin);
        Assert.DoesNotContain("word", _pools.Switch("daemon+http://m%40e:secret%2Dword@four:4")!, StringComparison.Ordinal);
        Assert.Null(_pools.Remove("daemon+http://m%40e:secret%2Dword@three:3"));
        var entry = PoolEntry.Of(new() { Url = "daemon+http://m%40e:secret%2Dword@three:3", User = "u" });
        Assert.Equal("the *** of ***", PoolText.Clean("the secret-word of secret-word", entry));
    }

    [Theory]
    [InlineData("daemon+http://u:p@h:1", "daemon+http://h:1", "u:p")]
    [InlineData("DAEMON+HTTPS://u:p@h@h:1", "DAEMON+HTTPS://h:1", "u:p@h")]
    [InlineData("daemon+http://u%3a:%25@[::1]:1/", "daemon+http://[::1]:1/", "u::%")]
    [InlineData("daemon+http://@h:1", "daemon+http://h:1", "")]
    [InlineData("daemon+http://h:1", "daemon+http://h:1", null)]
    [InlineData("daemon+http@h:1", "daemon+http@h:1", null)]
    [InlineData("stratum+tcp://u:p@h:1", "stratum+tcp://u:p@h:1", null)]
    [InlineData("", "", null)]
    public void Split_Url_GivesTheLoginOfADaemon(string text, string url, string? login) => Assert.Equal((url, login), DaemonLogin.Split(text));

    [Fact]
    public void Add_EndlessText_IsRefusedWithoutRepeatingIt()
    {
        var refusal = _pools.Add(new() { Url = "x:1", User = "u", Pass = new string('s', 10_000) });

        Assert.True(refusal is { Length: < 200 }, refusal);
    }

    [Theory]
    [InlineData("stratum+ssl://two:2")]
    [InlineData("STRATUM+SSL://TWO:2/")]
    [InlineData("stratums://two:2")]
    [InlineData("two:2")]
    public void Switch_AnySpelling_PutsItFirst(string url)
    {
        Assert.Null(_pools.Switch(url));
        Assert.Equal(["stratum+ssl://two:2", "stratum+tcp://one:1"], _pools.Urls);
    }

    [Fact]
    public void Remove_UnknownOrLast_IsRefused()
    {
        Assert.Equal("no pool 'three:3' here; there are stratum+tcp://one:1, stratum+ssl://two:2", _pools.Remove("three:3"));
        Assert.Null(_pools.Remove("one:1"));
        Assert.Equal("stratum+ssl://two:2 is the only pool; add another first, or pause the nodes", _pools.Remove("two:2"));
    }

    [Fact]
    public void Offer_OtherAlgorithms_EveryPoolIsOfferedThem()
    {
        _pools.Offer([Algorithm.GhostRider]);
        _pools.Add(new() { Url = "three:3", User = "u" });

        Assert.All(_pools.Endpoints, pool => Assert.Equal([Algorithm.GhostRider], pool.Algorithms));
    }

    [Fact]
    public void Adopt_NoPoolHere_TakesThoseOfAnotherNodeWithAllTheirSettings()
    {
        var known = new PoolSet
        {
            Pools =
            [
                new()
                {
                    Url = "daemon+https://four:4", User = "me", Pass = "p", RigId = "r", TlsFingerprint = new string('a', 64),
                    TlsStrict = true, Socks5 = "h:1", NiceHash = true,
                    KeepAlive = true, Zmq = "tcp://four:5",
                },
            ],
        };
        var pools = new PoolList([], [Algorithm.RandomX]);

        Assert.True(pools.Adopt(known));

        Assert.Equal(known.Pools, pools.Share().Pools);
        Assert.Equal(0, pools.Share().Changes);
    }

    [Fact]
    public void Adopt_PoolsHere_OnlyThoseChangedLaterCount()
    {
        var other = new PoolList([new() { Url = "stratum+tcp://three:3", User = "u" }, new() { Url = "stratum+ssl://two:2", User = "u" }], [Algorithm.RandomX]);
        Assert.False(_pools.Adopt(other.Share()));
        var kept = _pools.Endpoints[1];

        Assert.Null(other.Switch("two:2"));
        Assert.True(_pools.Adopt(other.Share()));
        Assert.False(_pools.Adopt(other.Share()));

        Assert.Equal(["stratum+ssl://two:2", "stratum+tcp://three:3"], _pools.Urls);
        Assert.Same(kept, _pools.Endpoints[0]);
        Assert.Null(_pools.Remove("three:3"));
        Assert.True(other.Adopt(_pools.Share()));
        Assert.Equal(["stratum+ssl://two:2"], other.Urls);
    }

    [Fact]
    public void Adopt_NoneOrOneThatIsWrong_ChangesNothing()
    {
        Assert.False(_pools.Adopt(new() { Pools = [], Changes = 9 }));
        Assert.False(_pools.Adopt(new() { Pools = [new() { Url = "stratum+tcp://five:5", User = "u" }, new() { Url = "nonsense", User = "u" }], Changes = 9 }));
        Assert.Equal(["stratum+tcp://one:1", "stratum+ssl://two:2"], _pools.Urls);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MaxValue - 1)]
    [InlineData(CounterLimit.MaxStep + 1)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Adopt_CountOfChangesThatLeaps_IsRefusedAlsoWithoutAPoolHere(int changes)
    {
        PoolSet known = new() { Pools = [new() { Url = "stratum+tcp://evil:5", User = "u" }], Changes = changes };
        var none = new PoolList([], [Algorithm.RandomX]);

        Assert.True(_pools.IsLeap(known));
        Assert.False(_pools.Adopt(known));
        Assert.False(none.Adopt(known));
        Assert.Equal((0, 0), (_pools.Share().Changes, none.Share().Changes));
    }

    [Fact]
    public void Change_CountAtItsEnd_StandsStill()
    {
        var pools = new PoolList([new() { Url = "stratum+tcp://one:1", User = "u" }, new() { Url = "stratum+tcp://two:2", User = "u" }],
            [Algorithm.RandomX], int.MaxValue - 1);
        Assert.Null(pools.Switch("two:2"));
        Assert.Equal(int.MaxValue, pools.Share().Changes);
        Assert.Null(pools.Remove("one:1"));
        Assert.Equal(int.MaxValue, pools.Share().Changes);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(CounterLimit.MaxStep + 4)]
    [InlineData(-1)]
    public void Heard_CountOfChangesThatLeaps_IsNotKept(int changes)
    {
        var cluster = new ClusterPools();
        var directory = new PoolDirectory(Options.Create(new PoolOptions()), null!, cluster);
        PoolSet told = new() { Pools = [new() { Url = "stratum+tcp://one:1", User = "u" }], Changes = 3 };
        Assert.True(directory.Heard(told));

        Assert.False(directory.Heard(told with { Changes = changes }));
        Assert.Same(told, cluster.Heard);
    }

    [Fact]
    public void Share_AsText_ShowsNoSecret()
    {
        Assert.Null(_pools.Add(new() { Url = "stratum+tcp://five:5", User = "secret-wallet", Pass = "secret-word" }));
        Assert.Equal("3 pools, 1 changes", _pools.Share().ToString());
    }
}
