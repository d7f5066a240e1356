using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>What is read from the machine, on made-up machines.</summary>
public sealed class HostTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly string _root = Directory.CreateTempSubdirectory("p2p-host-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(Algorithm.RandomX, 2, 32 * MiB, 2)]
    [InlineData(Algorithm.RandomX, 64, 32 * MiB, 16)]
    [InlineData(Algorithm.RandomX, 8, 3 * MiB, 1)]
    [InlineData(Algorithm.RandomX, 4, 1 * MiB, 1)]
    [InlineData(Algorithm.RandomX, 12, 0, 12)]
    [InlineData(Algorithm.RandomXV2, 12, 8 * MiB, 4)]
    [InlineData(Algorithm.GhostRider, 12, 8 * MiB, 12)]
    public void Auto_CoresAndL3_TwoMebibytesAThread(Algorithm algorithm, int cores, long l3Bytes, int expected)
        => Assert.Equal(expected, ThreadCount.Auto(algorithm, cores, l3Bytes));

    [Fact]
    public void Read_NoControlGroup_IsTheMachine()
    {
        Meminfo(totalMiB: 8000, availableMiB: 5000);

        Assert.Equal(new HostMemory(8000 * MiB, 5000 * MiB), HostMemory.Read(_root));
    }

    [Fact]
    public void Read_ControlGroupV2_TightestLimitOnTheWayUpCounts()
    {
        Meminfo(8000, 5000);
        Put("proc/self/cgroup", "0::/outer/inner\n");
        Put("sys/fs/cgroup/outer/inner/memory.max", "max\n");
        Put("sys/fs/cgroup/outer/memory.max", $"{2000 * MiB}\n");
        Put("sys/fs/cgroup/outer/memory.current", $"{1500 * MiB}\n");
        Put("sys/fs/cgroup/outer/memory.stat", $"anon 5\ninactive_file {100 * MiB}\n");

        Assert.Equal(new HostMemory(2000 * MiB, 600 * MiB), HostMemory.Read(_root));
    }

    [Theory]
    [InlineData("max", "1500", 1500, 1300)]
    [InlineData("2000", "1500", 1500, 1300)]
    [InlineData("1500", "2000", 1500, 1300)]
    [InlineData("1500", "max", 1500, 1300)]
    [InlineData("max", "max", 8000, 5000)]
    public void Read_ControlGroupV2_TheLowerOfMaxAndHighCounts(string max, string high, long totalMiB, long availableMiB)
    {
        Meminfo(8000, 5000);
        Put("proc/self/cgroup", "0::/outer/inner\n");
        Put("sys/fs/cgroup/outer/memory.max", Limit(max));
        Put("sys/fs/cgroup/outer/memory.high", Limit(high));
        Put("sys/fs/cgroup/outer/memory.current", $"{200 * MiB}\n");

        Assert.Equal(new HostMemory(totalMiB * MiB, availableMiB * MiB), HostMemory.Read(_root));

        static string Limit(string megabytes) => megabytes == "max" ? "max\n" : $"{long.Parse(megabytes) * MiB}\n";
    }

    [Fact]
    public void Read_PagesSetAside_AreCountedApartWithoutThosePromised()
    {
        Meminfo(8000, 5000);
        Put("sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "100\n");
        Put("sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "30\n");
        Put("sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages", "2\n");
        Put("sys/kernel/mm/hugepages/hugepages-1048576kB/resv_hugepages", "0\n");

        var memory = HostMemory.Read(_root);

        Assert.Equal(new HostMemory(8000 * MiB, 5000 * MiB, 140 * MiB, 2048 * MiB), memory);
        Assert.Equal(2188 * MiB, memory.ReservedFor(new()));
        Assert.Equal(140 * MiB, memory.ReservedFor(new() { GiantPages = false }));
        Assert.Equal(0, memory.ReservedFor(new() { HugePages = false }));
    }

    [Fact]
    public void Read_HigherLimitAboveThatOthersHaveUsedUp_LeavesNothing()
    {
        Meminfo(8000, 5000);
        Put("proc/self/cgroup", "0::/outer/inner\n");
        Put("sys/fs/cgroup/outer/inner/memory.high", $"{1000 * MiB}\n");
        Put("sys/fs/cgroup/outer/inner/memory.current", $"{100 * MiB}\n");
        Put("sys/fs/cgroup/outer/memory.max", $"{2000 * MiB}\n");
        Put("sys/fs/cgroup/outer/memory.high", $"{1800 * MiB}\n");
        Put("sys/fs/cgroup/outer/memory.current", $"{1750 * MiB}\n");

        Assert.Equal(new HostMemory(1000 * MiB, 50 * MiB), HostMemory.Read(_root));
    }

    [Fact]
    public void Read_ControlGroupV1_Counts()
    {
        Meminfo(8000, 5000);
        Put("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n");
        Put("sys/fs/cgroup/memory/memory.limit_in_bytes", $"{1000 * MiB}\n");
        Put("sys/fs/cgroup/memory/memory.soft_limit_in_bytes", $"{500 * MiB}\n");
        Put("sys/fs/cgroup/memory/memory.usage_in_bytes", $"{1200 * MiB}\n");

        Assert.Equal(new HostMemory(1000 * MiB, 0), HostMemory.Read(_root));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MemTotal:\nMemAvailable: x kB\n")]
    public void Read_UnreadableMeminfo_IsNothing(string text)
    {
        Put("proc/meminfo", text);

        Assert.Equal(new HostMemory(0, 0), HostMemory.Read(_root));
    }

    [Fact]
    public void Read_SharedCaches_CountOnce()
    {
        foreach (var cpu in Enumerable.Range(0, 4))
        {
            Cache(cpu, index: 0, level: 1, "Data", "32K", $"{cpu}");
            Cache(cpu, index: 2, level: 2, "Unified", "512K", cpu < 2 ? "0-1" : "2-3");
            Cache(cpu, index: 3, level: 3, "Unified", "8192K", "0-3");
        }

        Assert.Equal(new CpuCaches(1 * MiB, 8 * MiB, MiB / 2), CpuCaches.Read(_root));
    }

    [Fact]
    public void Read_NoCacheInformation_IsZero() => Assert.Equal(default, CpuCaches.Read(_root));

    [Fact]
    public void Detect_ThisMachine_IsPlausible()
    {
        var machine = HostCapabilities.Detect(Algorithm.RandomX, new() { Threads = 3, RamMegabytes = 500 });

        Assert.Equal((Environment.MachineName, Environment.ProcessorCount, 3), (machine.HostName, machine.Cores, machine.Threads));
        Assert.NotEmpty(machine.Cpu);
        Assert.NotEmpty(machine.Version);
        Assert.Equal([Algorithm.RandomX], machine.Algorithms);
        Assert.Equal(500 * MiB, machine.RamUsableBytes);
        Assert.True(machine.RamTotalBytes >= machine.RamUsableBytes);
        Assert.Equal(System.Runtime.Intrinsics.X86.Avx2.IsSupported, machine.Isa.Contains("avx2"));
        Assert.Equal(System.Runtime.Intrinsics.X86.Aes.IsSupported, machine.Isa.Contains("aes"));
    }

    private void Meminfo(long totalMiB, long availableMiB)
        => Put("proc/meminfo", $"MemTotal:       {totalMiB * 1024} kB\nMemFree: 1 kB\nMemAvailable:   {availableMiB * 1024} kB\n");

    private void Cache(int cpu, int index, int level, string type, string size, string sharedBy)
    {
        var folder = $"sys/devices/system/cpu/cpu{cpu}/cache/index{index}";
        Put($"{folder}/level", $"{level}\n");
        Put($"{folder}/type", $"{type}\n");
        Put($"{folder}/size", $"{size}\n");
        Put($"{folder}/shared_cpu_list", $"{sharedBy}\n");
    }

    private void Put(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
