using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Pool;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests.Terminal;

public sealed class LineTests
{
    [Fact]
    public void SpeedLine_NothingMeasured_SaysNotAvailable()
        => Assert.Equal("speed 10s/60s/15m n/a n/a n/a H/s max n/a H/s", SpeedLine.Format(default));

    [Fact]
    public void SpeedLine_AllWindowsFilled_HasOneDigitAfterThePoint()
    {
        var rates = new HashRates { TenSeconds = new(1234.56), Minute = new(1000), QuarterHour = new(0.04), Highest = new(1300.06) };

        Assert.Equal("speed 10s/60s/15m 1234.6 1000.0 0.0 H/s max 1300.1 H/s", SpeedLine.Format(rates));
    }

    [Fact]
    public void SpeedLine_OfThreads_ListsEachAndTheSum()
    {
        var rates = new HashRates { TenSeconds = new(500) };
        var engine = new EngineStatus { Threads = 2, Rates = new() { TenSeconds = new(1000) }, ThreadRates = [rates, rates] };

        Assert.Equal(
        [
            "thread   0 10s/60s/15m 500.0 n/a n/a H/s",
            "thread   1 10s/60s/15m 500.0 n/a n/a H/s",
            "speed 10s/60s/15m 1000.0 n/a n/a H/s max n/a H/s",
        ], SpeedLine.FormatThreads(engine));
    }

    [Theory]
    [InlineData(1168, 1168, "100% 1168/1168")]
    [InlineData(584, 1168, "50% 584/1168")]
    [InlineData(0, 0, "0% 0/0")]
    public void ReadyLine_HugePages_AreAPercentage(long pages, long wanted, string text)
    {
        var engine = new EngineStatus { Threads = 4, Rates = default, MemoryBytes = 2L << 30, HugePages = pages, HugePagesWanted = wanted };

        Assert.Equal($"READY threads 4/8 (4) huge pages {text} memory 2097152 KB (12345 ms)",
            ReadyLine.Format(engine, 8, TimeSpan.FromMilliseconds(12345.9)));
    }

    [Fact]
    public void ReadyLine_GhostRider_EndsWithKernelAndLanes()
    {
        var engine = new EngineStatus
        {
            Threads = 2, Rates = default, MemoryBytes = 32L << 20, HugePages = 16, HugePagesWanted = 16,
            Lanes = 14, Detail = "kernel avx2, lanes dark 14"
        };

        Assert.Equal("READY threads 2/2 (28) huge pages 100% 16/16 memory 32768 KB (9000 ms) kernel avx2, lanes dark 14",
            ReadyLine.Format(engine, 2, TimeSpan.FromSeconds(9)));
    }

    [Theory]
    [InlineData(2, 1, 1, DatasetMode.Fast, "", " 1 GB pages 2")]
    [InlineData(0, 2, 2, DatasetMode.Fast, "", " NUMA nodes 2, dataset on each")]
    [InlineData(0, 2, 1, DatasetMode.Fast, "", " NUMA nodes 2, one dataset for all")]
    [InlineData(0, 2, 1, DatasetMode.None, "kernel avx2", " kernel avx2, NUMA nodes 2")]
    [InlineData(4, 2, 2, DatasetMode.Fast, "kernel avx2", " kernel avx2, 1 GB pages 4, NUMA nodes 2, dataset on each")]
    public void ReadyLine_GiantPagesAndNodes_AreSaidWhereThereAreAny(int giant, int nodes, int copies, DatasetMode mode, string detail, string end)
    {
        var engine = new EngineStatus
        {
            Threads = 2, Rates = default, HugePages = 1040, HugePagesWanted = 1040, GiantPages = giant, NumaNodes = nodes,
            DatasetCopies = copies, DatasetMode = mode, Detail = detail,
        };

        Assert.Equal("READY threads 2/2 (2) huge pages 100% 1040/1040 memory 0 KB (5 ms)" + end, ReadyLine.Format(engine, 2, TimeSpan.FromMilliseconds(5)));
    }

    [Fact]
    public void Results_SharesFound_AreNamed()
    {
        var pool = new PoolStatus { State = PoolState.Connected, Accepted = 5, Rejected = 1, Lost = 2, Difficulty = 1000, HashesCredited = 5000 };
        var job = Job() with
        {
            HashesTotal = 6000,
            Shares = new Dictionary<ShareOutcome, long> { [ShareOutcome.LowDifficulty] = 1, [ShareOutcome.Accepted] = 5, [ShareOutcome.Stale] = 0 }
        };

        Assert.Equal(
        [
            "results accepted 5 rejected 1 lost 2 diff 1000",
            "results hashes 6000 credited 5000",
            "results shares found: accepted 5, low difficulty 1",
        ], PoolLines.Results(pool, job));
    }

    [Fact]
    public void Connection_WithTls_ShowsTheFingerprint()
    {
        var pool = new PoolStatus
        {
            State = PoolState.Connected, Pool = "pool.example:443", Ip = "192.0.2.1", Tls = "TLSv1.3", TlsFingerprint = "abcd",
            Uptime = TimeSpan.FromMinutes(75), Ping = TimeSpan.FromMilliseconds(42.7), Failures = 1, LastError = "closed",
            RetriedRequests = 3,
        };

        Assert.Equal(
        [
            "connection pool.example:443 (192.0.2.1) connected for 1 h 15 min ping 42 ms failures 1",
            "connection TLSv1.3 certificate SHA-256 abcd",
            "connection job j1 diff 1000 leases 2 height 3000000",
            "connection messages skipped 0 requests retried 3 requests refused 0",
            "connection last error: closed",
        ], PoolLines.Connection(pool, Job()));
    }

    [Fact]
    public void Connection_WithoutAPool_SaysSo()
        => Assert.Equal(["connection none: no pool is configured"], PoolLines.Connection(new() { State = PoolState.None }, Job()));

    internal static JobStatus Job() => new()
    {
        Generation = 7, JobId = "j1", Algorithm = Algorithm.RandomX, Height = 3_000_000, Difficulty = 1000, Pool = "pool.example:443", HashesTotal = 0,
        ActiveLeases = 2, Shares = new Dictionary<ShareOutcome, long>(), Peers = [],
    };
}
