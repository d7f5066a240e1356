using P2PMiner.Grains.Pool;
using P2PMiner.Peers;
using P2PMiner.Security;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests.Terminal;

public sealed class BannerTests
{
    private const string WalletAddress = "48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD";

    private static readonly PeerCapabilities Machine = new()
    {
        HostName = "attic", Cpu = "A CPU", Cores = 8, Threads = 1, L2Bytes = 4 << 20, L3Bytes = 32 << 20, RamTotalBytes = 16L << 30, RamUsableBytes = 12L << 30,
        Isa = ["aes", "avx2"], Version = "0.1.0",
    };

    [Fact]
    public void Lines_Machine_IsDescribed()
    {
        var lines = Lines(new());

        Assert.Contains("CPU          A CPU, 8 cores, L2 4.0 MB, L3 32.0 MB", lines);
        Assert.Contains("MEMORY       12.0 GB usable of 16.0 GB", lines);
        Assert.Contains("HUGE PAGES   1100 of 1168 free", lines);
        Assert.Contains("ALGORITHM    rx/0, 1 thread", lines);
    }

    [Fact]
    public void Lines_GiantPagesAndNumaNodes_AreSaidWhereThereAreAny()
    {
        Assert.DoesNotContain(Lines(new()), line => line.StartsWith("1 GB", StringComparison.Ordinal) || line.StartsWith("NUMA", StringComparison.Ordinal));

        var lines = Lines(new(), machine: Machine with { NumaNodes = 2 }, hugePages: new(1168, 1100, 3, 2));

        Assert.Contains("1 GB PAGES   2 of 3 free", lines);
        Assert.Contains("NUMA         2 nodes", lines);
    }

    [Fact]
    public void HugePages_OfASystem_AreRead()
    {
        var folder = Directory.CreateTempSubdirectory("p2p-pages-");
        try
        {
            string Put(string name, string text)
            {
                var path = Path.Combine(folder.FullName, name);
                File.WriteAllText(path, text);
                return path;
            }

            var memInfo = Put("meminfo", "MemFree:  5 kB\nHugePages_Total:    1168\nHugePages_Free:     1100\n");
            Put("nr_hugepages", "3\n");
            Put("free_hugepages", "2\n");

            Assert.Equal(new HugePages(1168, 1100, 3, 2), HugePages.Read(memInfo, folder.FullName));
            Assert.Equal(default, HugePages.Read(memInfo + "-", memInfo));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Lines_GhostRider_StateThePads()
    {
        Assert.Contains("SCRATCHPADS  up to 17 MB for each of 2 threads", Lines(new(), "up to 17 MB for each of 2 threads"));
        Assert.DoesNotContain(Lines(new()), line => line.StartsWith("SCRATCHPADS", StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_NoPool_SaysHowToGetWork()
        => Assert.Contains("POOL         none here: no work unless another machine of the cluster has one. Give it a pool with -o URL -u WALLET, or try --practice", Lines(new()));

    [Fact]
    public void Lines_Practice_SaysThatItEarnsNothing()
        => Assert.Contains("POOL         the built-in practice pool: shares earn nothing", Lines(new() { Practice = true }));

    [Fact]
    public void Lines_Pools_ShowNoSecret()
    {
        var lines = Lines(new()
        {
            Pools = [
            new() { Url = "pool.example:3333", User = WalletAddress, Pass = "geheim" }, new() { Url = "tls://b.example:1", User = "me" }]
        });

        Assert.Contains("POOL 1       stratum+tcp://pool.example:3333 for 48edfH...icoD", lines);
        Assert.Contains("POOL 2       stratum+ssl://b.example:1 for me", lines);
        Assert.DoesNotContain(lines, line => line.Contains("geheim") || line.Contains(WalletAddress));
    }

    private static List<string> Lines(PoolOptions pool, string? pads = null, PeerCapabilities? machine = null, HugePages? hugePages = null)
        => Banner.Lines(machine ?? Machine, hugePages ?? new(1168, 1100), new NodeOptions { Data = "/data" }, pool, new(new NodeId(1)),
            new(new(ClusterKey.NewRandom(), TimeProvider.System), new("/data", TimeProvider.System), IsNew: true), pads).ToList();
}
