using P2PMiner.Doctor;
using P2PMiner.Native;
using P2PMiner.Silo.Doctor;
using P2PMiner.Silo.MachineTuning;
using P2PMiner.Silo.Tests.MachineTuning;

namespace P2PMiner.Silo.Tests.Doctor;

/// <summary>Each check of what costs speed, on machines made up: good, bad, unreadable.</summary>
public sealed class SpeedChecksTests : IDisposable
{
    private const string Thp = "/sys/kernel/mm/transparent_hugepage/enabled";

    private readonly MadeUpMachine _machine = new();

    private Examination Given => Checks.Of(_machine);

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(2000, "always [madvise] never", FindingSeverity.Ok, "huge pages that the miner likes are reserved.")]
    [InlineData(0, "always [madvise] never", FindingSeverity.Note, "the kernel gives others only while its memory is not fragmented")]
    [InlineData(700, "always madvise [never]", FindingSeverity.CostsSpeed, "700 of 1")]
    [InlineData(0, null, FindingSeverity.CostsSpeed, "and the kernel gives no others")]
    public void HugePages_NoNode_AreThoseItWouldGet(int free, string? mode, FindingSeverity severity, string text)
    {
        NativeLibrary.Require();
        _machine.WithMemory(16_000, 12_000).WithPages(HugePagePool.HugeBytes, free, free);
        _ = mode is null ? _machine : _machine.With(Thp, mode);

        Assert.Single(HugePagesCheck.Examine(Given)).Is(severity, text, severity == FindingSeverity.Ok ? null : Checks.Tune);
    }

    [Theory]
    [InlineData(1050, FindingSeverity.Ok, "has all 1050 huge pages")]
    [InlineData(20, FindingSeverity.CostsSpeed, "asked for 1050 huge pages and got 20.")]
    public void HugePages_OfARunningNode_AreThoseItHas(int got, FindingSeverity severity, string text)
        => Assert.Single(HugePagesCheck.Examine(Given.Running(Checks.Engine with { HugePages = got })))
            .Is(severity, text, severity == FindingSeverity.Ok ? null : Checks.Tune);

    [Fact]
    public void HugePages_NodeThatDoesNotAnswer_IsANote()
        => Assert.Single(HugePagesCheck.Examine(Given with { IsRunning = true })).Is(FindingSeverity.Note, "did not answer");

    [Theory]
    [InlineData("[always] madvise never", FindingSeverity.Ok, "(mode always)", null)]
    [InlineData("always madvise [never]", FindingSeverity.Note, "(mode never)", $"echo madvise | sudo tee {Thp}")]
    [InlineData(null, FindingSeverity.Note, "cannot be read", null)]
    public void TransparentPages_ByMode(string? mode, FindingSeverity severity, string text, string? mend)
    {
        _ = mode is null ? _machine : _machine.With(Thp, mode);

        Assert.Single(TransparentPagesCheck.Examine(Given)).Is(severity, text, mend);
    }

    [Theory]
    [InlineData(2, FindingSeverity.Ok, "All 2 pages of 1 GB")]
    [InlineData(1, FindingSeverity.Note, "1 of 2 pages of 1 GB")]
    [InlineData(null, FindingSeverity.Ok, "This machine has no 1 GB pages.")]
    public void GiantPages_ByMachine(int? pages, FindingSeverity severity, string text)
    {
        NativeLibrary.Require();
        _machine.WithMemory(16_000, 12_000).WithPages(HugePagePool.HugeBytes, 0, 0);
        _ = pages is { } count ? _machine.WithPages(HugePagePool.GiantBytes, count, count) : _machine;

        Assert.Single(GiantPagesCheck.Examine(Given)).Is(severity, text, severity == FindingSeverity.Note ? Checks.Tune : null);
    }

    [Fact]
    public void GiantPages_NodeThatDoesNotAnswer_IsANote()
        => Assert.Single(GiantPagesCheck.Examine(Given with { IsRunning = true })).Is(FindingSeverity.Note, "did not answer");

    [Fact]
    public void GiantPages_EnoughSmallerOnes_AreNotMissed()
    {
        NativeLibrary.Require();
        _machine.WithMemory(16_000, 12_000).WithPages(HugePagePool.HugeBytes, 2000, 2000).WithPages(HugePagePool.GiantBytes, 0, 0);

        Assert.Single(GiantPagesCheck.Examine(Given)).Is(FindingSeverity.Ok, "All fits into the pages of 2 MiB");
    }

    [Fact]
    public void GiantPages_InUse_AreFine()
        => Assert.Single(GiantPagesCheck.Examine(Given.Running(Checks.Engine with { GiantPages = 2 }))).Is(FindingSeverity.Ok, "uses 2 pages of 1 GB");

    [Fact]
    public void Registers_AsThePresetHasThem_AreFine()
        => RegistersCheck.Of(View(2, 2), Given).Is(FindingSeverity.Ok, "All 1 registers are as the preset for Intel");

    [Fact]
    public void Registers_OnOneCpuOtherwise_CostSpeed()
        => RegistersCheck.Of(View(2, 1), Given).Is(FindingSeverity.CostsSpeed, "1 of 1 registers", Checks.Tune);

    [Fact]
    public void Registers_OfAVirtualMachine_AreNotOurs()
    {
        _machine.WithCpu("GenuineIntel", 6, 85, "hypervisor");

        Assert.Single(RegistersCheck.Examine(Given)).Is(FindingSeverity.Ok, "this is a virtual machine");
    }

    [Fact]
    public void Registers_WithoutTheModule_AreNotSet()
    {
        _machine.WithCpu("GenuineIntel", 6, 85);

        Assert.Single(RegistersCheck.Examine(Given)).Is(FindingSeverity.CostsSpeed, "modprobe msr", Checks.Tune);
    }

    [Fact]
    public void Registers_NotAsRoot_SayHowToReadThem()
    {
        _machine.WithCpu("GenuineIntel", 6, 85).With("/sys/module/msr/parameters/allow_writes", "on");
        var view = View(2, 1) with { Obstacle = "only root can", Registers = [] };

        RegistersCheck.Of(view, Given).Is(FindingSeverity.Note, "only root can", "sudo p2p-miner doctor");
        RegistersCheck.Of(view, Given with { TuneService = new("loaded", "active", "enabled") })
            .Is(FindingSeverity.Ok, "p2p-miner-tune.service has set the registers");
    }

    [Theory]
    [InlineData(null, "sudo p2p-miner tune apply")]
    [InlineData("not-found", "sudo p2p-miner tune apply")]
    [InlineData("loaded inactive", "sudo systemctl enable --now p2p-miner-tune")]
    [InlineData("loaded active", "sudo systemctl restart p2p-miner-tune")]
    public void Tune_WhereThePackageHasAService_LastsByIt(string? state, string command)
    {
        var words = state?.Split(' ');
        var given = Given with { TuneService = words is null ? null : new(words[0], words.Length > 1 ? words[1] : "inactive", "disabled") };

        Assert.Equal(command, given.Tune);
    }

    [Fact]
    public void DoctorAsRoot_LooksAtTheSame()
        => Assert.Equal("sudo p2p-miner doctor --config '/a b' --data /home/me/p2p",
            (Given with { ConfigFile = "/a b", Node = new() { Data = "p2p" } }).DoctorAsRoot);

    [Fact]
    public void DoctorAsRoot_OfANodeThatDoesNotAnswer_NamesItsFolder()
        => Assert.Equal("sudo p2p-miner doctor --data /home/me/p2p", (Given with { IsRunning = true }).DoctorAsRoot);

    [Fact]
    public void Registers_LockedDown_CannotBeSet()
    {
        _machine.WithCpu("GenuineIntel", 6, 85).With("/sys/kernel/security/lockdown", "none [integrity] confidentiality");

        Assert.Single(RegistersCheck.Examine(Given)).Is(FindingSeverity.Note, "locked down (integrity)");
    }

    [Theory]
    [InlineData("performance", FindingSeverity.Ok, "performance on every CPU")]
    [InlineData("powersave", FindingSeverity.CostsSpeed, "The governor is powersave")]
    [InlineData(null, FindingSeverity.Ok, "The kernel does not choose the clock speed on this machine.")]
    public void Governor_ByPolicy(string? governor, FindingSeverity severity, string text)
    {
        _ = governor is null ? _machine : _machine.WithGovernor(0, "performance").WithGovernor(1, governor);

        Assert.Single(GovernorCheck.Examine(Given)).Is(severity, text, severity == FindingSeverity.Ok ? null : Checks.Tune);
    }

    [Theory]
    [InlineData(4, 8, FindingSeverity.Ok, "Hashing takes 4 threads on 4 CPUs, 8 MB of L3 cache.", null)]
    [InlineData(4, 4, FindingSeverity.CostsSpeed, "so 2 hash faster", "p2p-miner --threads 2")]
    [InlineData(1, 16, FindingSeverity.Note, "1 thread on 4 CPUs, 16 MB of L3 cache; there could be 4.", "p2p-miner --threads 4")]
    [InlineData(9, 64, FindingSeverity.CostsSpeed, "they take turns", "p2p-miner --threads 4")]
    [InlineData(4, 0, FindingSeverity.Note, "this machine does not tell", null)]
    public void Threads_AgainstL3(int threads, int l3Megabytes, FindingSeverity severity, string text, string? mend)
    {
        _ = l3Megabytes == 0 ? _machine : WithL3(l3Megabytes);

        Assert.Single(ThreadsCheck.Examine(Given with { Hashing = new() { Threads = threads } })).Is(severity, text, mend);
    }

    [Fact]
    public void Threads_OfARunningNode_AreSetByTheConsole()
    {
        WithL3(4).With("/sys/devices/system/cpu/smt/active", "1");
        for (var cpu = 0; cpu < 4; cpu++)
        {
            _machine.With($"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list", cpu < 2 ? "0-1" : "2-3");
        }

        Assert.Single(ThreadsCheck.Examine(Given.Running())).Is(FindingSeverity.CostsSpeed, "4 CPUs on 2 cores (SMT), 4 MB of L3 cache",
            "p2p-console threads 00000000 2 --data /home/me/p2p");
    }

    [Fact]
    public void Governor_OfAVirtualMachine_IsItsHosts()
    {
        _machine.WithCpu("GenuineIntel", 6, 85, "hypervisor");

        Assert.Single(GovernorCheck.Examine(Given)).Is(FindingSeverity.Ok, "This is a virtual machine: its host chooses the clock speed.");
    }

    [Theory]
    [InlineData("AuthenticAMD", "fpu hypervisor", "This is a virtual machine: only its host can tell")]
    [InlineData("AuthenticAMD", "fpu", "those of AMD do not count it.")]
    [InlineData("GenuineIntel", "fpu", "it does not count it.")]
    public void Heat_NotCounted_SaysWhyOnThisMachine(string vendor, string flags, string text)
    {
        _machine.WithCpu(vendor, 25, 33, flags);

        Assert.Single(ThrottleCheck.Examine(Given, null, null)).Is(FindingSeverity.Ok, text);
    }

    [Theory]
    [InlineData(null, null, FindingSeverity.Ok, "does not count")]
    [InlineData(0L, 0L, FindingSeverity.Ok, "has not slowed")]
    [InlineData(5L, 5L, FindingSeverity.Note, "5 times")]
    [InlineData(5L, 6L, FindingSeverity.CostsSpeed, "right now")]
    public void Heat_ByTwoLooks(long? before, long? after, FindingSeverity severity, string text)
        => Assert.Single(ThrottleCheck.Examine(Given, before, after)).Is(severity, text);

    [Fact]
    public void ThrottleCounts_AreThoseOfAllCpus()
    {
        Assert.Null(ThrottleCounts.Read(_machine.Root));

        _machine.With("/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "2")
            .With("/sys/devices/system/cpu/cpu1/thermal_throttle/package_throttle_count", "3");

        Assert.Equal(5, ThrottleCounts.Read(_machine.Root));
    }

    [Fact]
    public void Numa_NodeWithTooLittleMemory_CostsSpeed()
    {
        Assert.Single(NumaCheck.Examine(Given)).Is(FindingSeverity.Ok, "one NUMA node");

        WithNumaNode(0, 8000);
        WithNumaNode(1, 900);

        Assert.Single(NumaCheck.Examine(Given)).Is(FindingSeverity.CostsSpeed, "NUMA node 1 has less than 2.3 GB free");
        Assert.Single(NumaCheck.Examine(Given.Running(Checks.Engine with { DatasetCopies = 2 }))).Is(FindingSeverity.Ok, "a dataset of its own");
        Assert.Single(NumaCheck.Examine(Given.Running())).Is(FindingSeverity.CostsSpeed, "One dataset serves 2 NUMA nodes");
        Assert.Single(NumaCheck.Examine(Given with { Hashing = new() { Numa = false } })).Is(FindingSeverity.Note, "--no-numa");
    }

    [Theory]
    [InlineData(12_000, FindingSeverity.Ok, "11.7 GB are free")]
    [InlineData(1_500, FindingSeverity.CostsSpeed, "too little for the whole dataset")]
    public void Memory_NoNode_IsWhatWouldBeHeld(int free, FindingSeverity severity, string text)
    {
        NativeLibrary.Require();
        _machine.WithMemory(16_000, free);

        Assert.Single(MemoryCheck.Examine(Given)).Is(severity, text);
    }

    [Fact]
    public void Memory_BesideANodeThatRuns_IsNoFault()
    {
        NativeLibrary.Require();
        _machine.WithMemory(16_000, 1_500);
        WithNumaNode(0, 900);
        WithNumaNode(1, 900);
        var given = Given with { Others = [new(7, null)] };

        Assert.Single(MemoryCheck.Examine(given)).Is(FindingSeverity.Note, "1.5 GB are free beside the node that runs: a second one would hash in");
        Assert.Single(NumaCheck.Examine(given)).Is(FindingSeverity.Ok, "2 NUMA nodes.");
    }

    [Theory]
    [InlineData(DatasetMode.Fast, FindingSeverity.Ok, "holds the whole dataset")]
    [InlineData(DatasetMode.Light, FindingSeverity.CostsSpeed, "hashes in light mode")]
    public void Memory_OfARunningNode_IsWhatItHolds(DatasetMode mode, FindingSeverity severity, string text)
        => Assert.Single(MemoryCheck.Examine(Given.Running(Checks.Engine with { DatasetMode = mode }))).Is(severity, text);

    [Fact]
    public void Memory_ModeThatTheOwnerChose_IsNoFault()
    {
        NativeLibrary.Require();
        _machine.WithMemory(16_000, 12_000);
        var given = Given with { Hashing = new() { RandomXMode = RandomXMode.Light } };

        Assert.Single(MemoryCheck.Examine(given)).Is(FindingSeverity.Note, "would hash in light mode, as --randomx-mode");
        Assert.Single(MemoryCheck.Examine(given.Running(Checks.Engine with { DatasetMode = DatasetMode.Light })))
            .Is(FindingSeverity.Note, "in light mode, as --randomx-mode");
    }

    [Fact]
    public void ConsoleCommand_HasWhatReachesTheNode()
    {
        Assert.Equal("p2p-console invite --data /home/me/p2p", Given.ConsoleCommand("invite"));
        Assert.Equal("sudo p2p-console invite", (Given with { DataFolder = ServiceCheck.DataFolder }).ConsoleCommand("invite"));
        Assert.Equal("p2p-console invite", (Given with { DataFolder = null, Node = new() { Port = 7777 } }).ConsoleCommand("invite"));
    }

    [Fact]
    public void Limits_OfTheService_CanBeLifted()
    {
        _machine.WithMemory(16_000, 12_000).With("/proc/self/cgroup", "0::/system.slice/p2p-miner.service")
            .With("/sys/fs/cgroup/system.slice/p2p-miner.service/memory.max", $"{1L << 30}")
                .With("/sys/fs/cgroup/system.slice/p2p-miner.service/cpu.max", "150000 100000");

        var found = LimitsCheck.Examine(Given.Running()).ToList();

        found[0].Is(FindingSeverity.CostsSpeed, "may use 1.0 GB of memory",
            "sudo systemctl set-property p2p-miner.service MemoryMax=infinity MemoryHigh=infinity");
        found[1].Is(FindingSeverity.CostsSpeed, "may use 1.5 CPUs at once, for 4 threads", "sudo systemctl set-property p2p-miner.service CPUQuota=");
    }

    [Theory]
    [InlineData("0::/", "max 100000", null)]
    [InlineData("0::/a/b", "50000 100000", 0.5)]
    [InlineData("nonsense", "50000 100000", null)]
    public void CpuQuota_IsTheLeastOnTheWayUp(string group, string above, double? cpus)
    {
        _machine.With("/proc/self/cgroup", group).With("/sys/fs/cgroup/a/cpu.max", above).With("/sys/fs/cgroup/a/b/cpu.max", "400000 100000");

        Assert.Equal(cpus, CpuQuota.Read(_machine.Root));
    }

    [Fact]
    public void Limits_Absent_AreFine()
    {
        _machine.WithMemory(16_000, 12_000);

        Assert.Single(LimitsCheck.Examine(Given)).Is(FindingSeverity.Ok, "No limit");
    }

    private static MsrView View(int cpus, int asWanted)
        => new(new("GenuineIntel", 6, 85, "CPU", false, true), MsrPreset.Intel, null, [new(MsrPreset.Intel.Settings[0], 0, cpus, asWanted)]);

    private MadeUpMachine WithL3(int megabytes) => _machine.With("/sys/devices/system/cpu/cpu0/cache/index3/type", "Unified")
        .With("/sys/devices/system/cpu/cpu0/cache/index3/level", "3").With("/sys/devices/system/cpu/cpu0/cache/index3/size", $"{megabytes << 10}K")
        .With("/sys/devices/system/cpu/cpu0/cache/index3/shared_cpu_list", "0-3");

    private void WithNumaNode(int number, int freeMegabytes) => _machine.With($"/sys/devices/system/node/node{number}/cpulist", $"{number}")
        .With($"/sys/devices/system/node/node{number}/meminfo", $"Node {number} MemTotal:  9000000 kB\nNode {number} MemFree:   {freeMegabytes << 10} kB");
}
