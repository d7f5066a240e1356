using P2PMiner.Hashing;

namespace P2PMiner.Native;

public sealed class HugePageNeedTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly string _root = Directory.CreateTempSubdirectory("p2p-pages-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>
    /// Four machines of 2 MiB, and one page more, for each thread: the most that the measurement tries. Two pages for the thread that verifies.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void Of_RandomXWithRoom_IsDatasetCacheAndScratchpads(int threads)
    {
        Available(16_000);

        var need = Of(Algorithm.RandomX, new() { Threads = threads });

        Assert.Equal(new(2080 * MiB, 1, (256 + (threads * 10) + 4) * MiB), need);
    }

    [Fact]
    public void Of_SeveralNumaNodes_IsACopyForEach()
    {
        Available(16_000);

        Assert.Equal(2, Of(Algorithm.RandomX, new() { Threads = 8 }, numaNodes: 2).Copies);
        Assert.Equal(1, Of(Algorithm.RandomX, new() { Threads = 8, Numa = false }, numaNodes: 2).Copies);
        Assert.Equal(1, Of(Algorithm.RandomX, new() { Threads = 8, RamMegabytes = 4000 }, numaNodes: 2).Copies);
    }

    [Theory]
    [InlineData(RandomXMode.Light, 16_000, null, 0)]
    [InlineData(RandomXMode.Auto, 2000, null, 1220)]
    [InlineData(RandomXMode.Auto, 16_000, 600, 320)]
    public void Of_LessThanTheDataset_IsWhatTheEngineWouldHold(RandomXMode mode, long availableMiB, int? ram, long atMost)
    {
        Available(availableMiB);

        var need = Of(Algorithm.RandomX, new() { Threads = 2, RandomXMode = mode, RamMegabytes = ram });

        Assert.InRange(need.DatasetBytes, atMost == 0 ? 0 : 32 * MiB, atMost * MiB);
        Assert.InRange(need.OtherBytes, 260 * MiB, 340 * MiB);
        Assert.True(need.TotalBytes <= (ram ?? availableMiB - 512) * MiB);
    }

    [Fact]
    public void Of_PagesSetAsideAlready_CountsThemAsMemory()
    {
        Available(600);

        Assert.Equal(0, Of(Algorithm.RandomX, new() { Threads = 2 }).DatasetBytes);
        Assert.Equal(2080 * MiB, Of(Algorithm.RandomX, new() { Threads = 2 }, pageBytes: 2400 * MiB).DatasetBytes);
    }

    [Fact]
    public void Of_GhostRider_IsScratchpadsAlone()
    {
        Available(16_000);

        var need = Of(Algorithm.GhostRider, new() { Threads = 4 });

        Assert.Equal(0, need.DatasetBytes);
        Assert.InRange(need.OtherBytes, 4 * 2 * MiB, 170 * MiB);
        Assert.Equal(0, need.OtherBytes % (2 * MiB));
    }

    [Theory]
    [InlineData(RandomXMode.Fast, 2500)]
    [InlineData(RandomXMode.Light, 700)]
    public void Of_MoreThanTheMachineHas_IsTooMuch(RandomXMode mode, long availableMiB)
    {
        Available(availableMiB);

        var need = Of(Algorithm.RandomX, new() { Threads = 2, RandomXMode = mode });

        Assert.True(need.IsTooMuch);
        Assert.Equal(0, need.TotalBytes);
        Available(availableMiB + 400);
        Assert.False(Of(Algorithm.RandomX, new() { Threads = 2, RandomXMode = mode }).IsTooMuch);
    }

    [Fact]
    public void Of_NoHugePagesWanted_IsNothing()
    {
        Available(16_000);

        Assert.Equal(HugePageNeed.None, Of(Algorithm.RandomX, new() { HugePages = false }));
    }

    private HugePageNeed Of(Algorithm algorithm, HashEngineOptions options, int numaNodes = 1, long pageBytes = 0)
        => HugePageNeed.Of(algorithm, options, cores: 4, numaNodes, pageBytes, _root);

    private void Available(long megabytes)
    {
        Directory.CreateDirectory(Path.Combine(_root, "proc"));
        File.WriteAllText(Path.Combine(_root, "proc/meminfo"), $"MemTotal: {(megabytes + 500) * 1024} kB\nMemAvailable: {megabytes * 1024} kB\n");
    }
}
