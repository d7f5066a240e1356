using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Tests.MachineTuning;

/// <summary>
/// With two threads RandomX likes 1040 pages of 2 MiB for its dataset, 128 for its cache, 10 for scratchpads and 2 to verify: 1180. In 1 GB pages the
/// dataset takes 2, and 16 of 2 MiB are left of it.
/// </summary>
public sealed class HugePageTuningTests : IDisposable
{
    private const long Huge = HugePagePool.HugeBytes;
    private const long Giant = HugePagePool.GiantBytes;
    private const int All = 1180;

    private readonly MadeUpMachine _tree = new MadeUpMachine().WithMemory(32_000, 30_000).WithCpu("", 0, 0);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Apply_NoGiantPages_SetsAllAsideIn2MiB()
    {
        _tree.WithPages(Huge, 0, 0);
        var machine = new FakeMachine(_tree);
        var before = machine.Everything();

        Assert.Equal(["HUGE PAGES   2 MiB: 1180 of 1180 set aside (before: 0 in all)"], Apply(machine));

        Assert.Equal(All, Total(Huge));
        Restore(machine);
        Assert.Equal(before, machine.Everything());
    }

    [Fact]
    public void Apply_GiantPagesToBeHad_HaveTheDataset()
    {
        _tree.WithPages(Huge, 0, 0).WithPages(Giant, 0, 0);

        Assert.Equal(
            ["HUGE PAGES   1 GB: 2 of 2 set aside (before: 0 in all)", "HUGE PAGES   2 MiB: 156 of 156 set aside (before: 0 in all)"], Apply(new(_tree)));

        Assert.Equal((2, 156), (Total(Giant), Total(Huge)));
    }

    [Theory]
    [InlineData(0, All)]
    [InlineData(1, All - 512)]
    public void Apply_TooFewGiantPages_FallsBackTo2MiB(int given, int huge)
    {
        _tree.WithPages(Huge, 0, 0).WithPages(Giant, 0, 0);
        var machine = new FakeMachine(_tree)
        {
            Kept = (place, value) => place.Path!.Contains("1048576kB", StringComparison.Ordinal) ? $"{given}" : value,
        };

        var lines = Apply(machine);

        Assert.Equal((given, huge), (Total(Giant), Total(Huge)));
        Assert.StartsWith($"HUGE PAGES   1 GB: {given} of 2 set aside (before: 0 in all); the kernel finds no free gigabyte in one piece", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_GiantPagesNotForTheMiner_AreLeftAlone()
    {
        _tree.WithPages(Huge, 0, 0).WithPages(Giant, 0, 0);

        Apply(new(_tree), new() { Threads = 2, GiantPages = false });

        Assert.Equal((0, All), (Total(Giant), Total(Huge)));
    }

    [Fact]
    public void Apply_FewerThanAskedFor_CompactsTriesAgainAndSaysSo()
    {
        _tree.WithPages(Huge, 0, 0).With("/proc/sys/vm/compact_memory", "");
        var machine = new FakeMachine(_tree) { Kept = (place, value) => place.Path!.Contains("hugepages", StringComparison.Ordinal) ? "900" : value };

        Assert.Equal(["HUGE PAGES   2 MiB: 900 of 1180 set aside (before: 0 in all); memory is short or in pieces: stop other programs or start the machine again, "
            + "then tune once more"], Apply(machine));

        Assert.Equal("1", _tree.Text("/proc/sys/vm/compact_memory"));
        Restore(machine);
    }

    [Fact]
    public void Apply_PagesOfOtherPrograms_AreNotCountedAsTheMiners()
    {
        _tree.WithPages(Huge, total: 1000, free: 100);

        Apply(new(_tree));

        Assert.Equal(900 + All, Total(Huge));
    }

    [Fact]
    public void Apply_EnoughSetAsideByTheOwner_ChangesNothing()
    {
        _tree.WithPages(Huge, 1280, 1280).WithPages(Giant, 0, 0);
        var machine = new FakeMachine(_tree);

        Assert.Equal(["HUGE PAGES   2 MiB: 1180 of 1180 are there already"], Apply(machine));

        Assert.Equal(0, machine.Writes);
        Assert.Equal((0, 1280), (Total(Giant), Total(Huge)));
    }

    [Fact]
    public void Apply_WhileTheMinerUsesThem_SetsNoMoreAside()
    {
        _tree.WithPages(Huge, total: 1280, free: 100).With("/proc/77/comm", "p2p-miner").With("/proc/77/status", "Name:\tp2p-miner\nHugetlbPages:\t 2416640 kB")
            .With("/proc/78/comm", "other").With("/proc/78/status", "HugetlbPages:\t 99999 kB");

        Assert.Equal(["HUGE PAGES   2 MiB: 1180 of 1180 are there already"], Apply(new(_tree)));

        Assert.Equal(1280, Total(Huge));
    }

    [Fact]
    public void Apply_WhileTheMinerRunsWithoutThem_SaysWhenItTakesThem()
    {
        _tree.WithPages(Huge, 0, 0).With("/proc/77/comm", "p2p-miner").With("/proc/77/status", "Name:\tp2p-miner\nHugetlbPages:\t 0 kB");

        Assert.Contains("HUGE PAGES   p2p-miner is running: it takes these pages only when it is started again", Apply(new(_tree)));
    }

    [Fact]
    public void Apply_SeveralNumaNodes_SetsPagesAsideOnEach()
    {
        foreach (var node in new[] { 0, 1 })
        {
            _tree.With($"/sys/devices/system/node/node{node}/cpulist", $"{node}").WithPages(Huge, 0, 0, node).WithPages(Giant, 0, 0, node);
        }

        // Memory without CPUs, as of an accelerator.
        _tree.With("/sys/devices/system/node/node2/cpulist", "").WithPages(Huge, 0, 0, 2).WithPages(Huge, 0, 0).WithPages(Giant, 0, 0);
        var machine = new FakeMachine(_tree);
        var before = machine.Everything();

        var lines = Apply(machine);

        Assert.Equal("HUGE PAGES   1 GB on NUMA node 1: 2 of 2 set aside (before: 0 in all)", lines[1]);
        Assert.Equal([2, 2], HugePagePool.OfNumaNodes(Giant, _tree.Root).Select(pool => (int)pool.Total));
        Assert.Equal([86, 86, 0], HugePagePool.OfNumaNodes(Huge, _tree.Root).Select(pool => (int)pool.Total));
        Restore(machine);
        Assert.Equal(before, machine.Everything());
    }

    [Fact]
    public void Apply_OneDatasetForSeveralNumaNodes_IsSpread()
    {
        foreach (var node in new[] { 0, 1 })
        {
            _tree.With($"/sys/devices/system/node/node{node}/cpulist", $"{node}").WithPages(Huge, 0, 0, node).WithPages(Giant, 0, 0, node);
        }

        Apply(new(_tree), new() { Threads = 2, Numa = false });

        Assert.Equal([1, 1], HugePagePool.OfNumaNodes(Giant, _tree.Root).Select(pool => (int)pool.Total));
        Assert.Equal([78, 78], HugePagePool.OfNumaNodes(Huge, _tree.Root).Select(pool => (int)pool.Total));
    }

    [Fact]
    public void Apply_GhostRiderOrLightMode_NeedsFew()
    {
        NativeLibrary.Require();
        _tree.WithPages(Huge, 0, 0).WithPages(Giant, 0, 0);
        var light = HugePagePlan.Make(Algorithm.RandomX, new() { Threads = 2, RandomXMode = RandomXMode.Light }, cores: 2, _tree.Root);
        var gr = HugePagePlan.Make(Algorithm.GhostRider, new() { Threads = 2 }, cores: 2, _tree.Root);

        Assert.InRange(light.Huge[0].Wanted, 128 + 4, 128 + 40);
        Assert.InRange(gr.Huge[0].Wanted, 3, 50);
        Assert.All(light.Giant.Concat(gr.Giant), goal => Assert.Equal(0, goal.Wanted));
    }

    [Fact]
    public void Apply_MinerWithoutHugePages_SetsNoneAside()
    {
        _tree.WithPages(Huge, 0, 0);
        var machine = new FakeMachine(_tree);

        Assert.Equal(["HUGE PAGES   none set aside: the miner's settings use none (Hashing:HugePages)"], Apply(machine, new() { HugePages = false }));
        Assert.Equal(0, machine.Writes);
    }

    [Fact]
    public void Apply_SettingsThatNeedMoreThanThereIs_SetsNoneAside()
    {
        _tree.WithMemory(3000, 2500).WithPages(Huge, 0, 0);
        var machine = new FakeMachine(_tree);

        Assert.Equal(["HUGE PAGES   none set aside: the miner's settings ask for more memory than this machine has free"],
            Apply(machine, new() { Threads = 2, RandomXMode = RandomXMode.Fast }));
        Assert.Equal(0, machine.Writes);
    }

    [Fact]
    public void Apply_KernelWithout2MiBPages_SaysSo()
        => Assert.Equal(["HUGE PAGES   none set aside: the kernel of this machine has no 2 MiB pages"], Apply(new(_tree)));

    [Fact]
    public void Restore_PagesStillInUse_SaysWhenTheyGoBack()
    {
        _tree.WithPages(Huge, 0, 0);
        var machine = new FakeMachine(_tree);
        Apply(machine);
        machine.Kept = (_, _) => "1100";

        Assert.Equal(
        [
            "HUGE PAGES   1 of 1 value put back",
            "HUGE PAGES   /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages: 1100 pages; those still in use go back when their programs end",
        ], Restore(machine));
    }

    private int Total(long pageBytes) => (int)HugePagePool.OfMachine(pageBytes, _tree.Root)!.Total;

    private List<string> Apply(FakeMachine machine, HashEngineOptions? options = null)
    {
        NativeLibrary.Require();
        return [.. new Tuner(machine, new SavedValues(_tree.Root)).Apply(new() { Msr = false, Governor = false },
            () => HugePagePlan.Make(Algorithm.RandomX, options ?? new() { Threads = 2 }, cores: 2, _tree.Root))
            .Select(line => line.ToString()).Where(line => line.StartsWith("HUGE", StringComparison.Ordinal))];
    }

    private List<string> Restore(FakeMachine machine)
        => [.. new Tuner(machine, new SavedValues(_tree.Root)).Restore(out _).Select(line => line.ToString())];
}
