using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Security;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Tests.MachineTuning;

public sealed class TunerTests : IDisposable
{
    private const string AllowWrites = "/sys/module/msr/parameters/allow_writes";
    private const int InputOutput = 5;

    private readonly MadeUpMachine _tree = new MadeUpMachine().WithMemory(32_000, 30_000).With("/proc/sys/kernel/random/boot_id", "first");

    public void Dispose() => _tree.Dispose();

    public static TheoryData<int, int> AmdRows => new()
    {
        { 0x17, 0x71 }, { 0x19, 0x21 }, { 0x19, 0x61 }, { 0x19, 0x75 }, { 0x1A, 0x44 },
    };

    [Theory]
    [MemberData(nameof(AmdRows))]
    public void Apply_EachAmdRow_PutsItsValuesOnAllCpusAndRestorePutsThemBack(int family, int model)
    {
        _tree.WithCpu(CpuModel.Amd, family, model).With(AllowWrites, "default");
        var preset = MsrPreset.For(CpuModel.Read(_tree.Root))!;
        var machine = new FakeMachine(_tree).WithCpus(0, 1, 2, 3).With(preset, 0x0123456789ABCD20);
        var before = machine.Everything();

        var lines = Apply(machine, new() { HugePages = false, Governor = false });

        Assert.All(machine.OnlineCpus, cpu => Assert.All(preset.Settings, setting =>
            Assert.Equal(setting.Over(0x0123456789ABCD20 + (ulong)cpu), machine[cpu, setting.Register])));
        Assert.Equal("on", _tree.Text(AllowWrites));
        Assert.Contains($"MSR          preset {preset.Name}: 4 registers set on 4 CPUs", lines);

        Assert.Equal(["MSR          17 of 17 values put back"], Restore(machine));
        Assert.Equal(before, machine.Everything());
    }

    [Fact]
    public void Apply_Intel_SetsItsOneRegister()
    {
        _tree.WithCpu(CpuModel.Intel, 6, 0x9E);
        var machine = new FakeMachine(_tree).WithCpus(0, 1);

        Apply(machine, new() { HugePages = false, Governor = false });

        Assert.Equal([0xFUL, 0xFUL], [machine[0, 0x1A4], machine[1, 0x1A4]]);
    }

    [Fact]
    public void Apply_Again_SaysThatAllIsAsWanted()
    {
        _tree.WithCpu(CpuModel.Intel, 6, 0x9E).WithGovernor(0, "powersave");
        var machine = new FakeMachine(_tree).WithCpus(0, 1);
        Apply(machine, new() { HugePages = false });
        var writes = machine.Writes;

        var lines = Apply(machine, new() { HugePages = false });

        Assert.Equal(writes, machine.Writes);
        Assert.Contains("GOVERNOR     performance already", lines);
        Assert.Contains("MSR          preset Intel: 1 register of 2 CPUs already as wanted", lines);
    }

    [Theory]
    [InlineData("fpu hypervisor", "", "this is a virtual machine, and the registers of the processor belong to its host")]
    [InlineData("fpu", "none [integrity] confidentiality", "the kernel is locked down (integrity), as it is under Secure Boot")]
    [InlineData("fpu", "[none] integrity confidentiality", null)]
    public void FindLasting_OnlyWhatNobodyCanMend(string flags, string lockdown, string? obstacle)
    {
        _tree.WithCpu(CpuModel.Intel, 6, 0x9E, flags).With("/sys/kernel/security/lockdown", lockdown);

        Assert.Equal(obstacle, MsrObstacle.FindLasting(_tree.Root, new FakeMachine(_tree)));
        Assert.Equal("the kernel does not choose the clock speed of this machine", GovernorTuning.FindObstacle(_tree.Root));
        Assert.Null(GovernorTuning.FindObstacle(_tree.WithGovernor(0, "powersave").Root));
        Assert.Equal("the kernel has no governor performance", GovernorTuning.FindObstacle(_tree.WithGovernor(0, "powersave", "powersave").Root));
    }

    [Theory]
    [InlineData(CpuModel.Intel, 6, "fpu hypervisor", "MSR          left as they are: this is a virtual machine, and the registers of the processor belong to its host")]
    [InlineData("", 0, "", "MSR          left as they are: this processor has no such registers")]
    [InlineData(CpuModel.Amd, 0x15, "fpu", "MSR          left as they are: no preset is known for this processor")]
    public void Apply_WhereRegistersCannotHelp_SaysWhyInOneLineAndWritesNone(string vendor, int family, string flags, string line)
    {
        _tree.WithCpu(vendor, family, 1, flags);
        var machine = new FakeMachine(_tree).WithCpus(0);

        Assert.Equal([line], Apply(machine, new() { HugePages = false, Governor = false }).Where(line => line.StartsWith("MSR", StringComparison.Ordinal)));
        Assert.Equal(0, machine.Writes);
    }

    [Fact]
    public void Apply_UnderLockdown_SaysSoAndWritesNone()
    {
        _tree.WithCpu(CpuModel.Intel, 6, 1).With("/sys/kernel/security/lockdown", "none [integrity] confidentiality").With(AllowWrites, "default");
        var machine = new FakeMachine(_tree).WithCpus(0);

        Assert.Contains("MSR          left as they are: the kernel is locked down (integrity), as it is under Secure Boot",
            Apply(machine, new() { HugePages = false, Governor = false }));
        Assert.Equal(0, machine.Writes);
    }

    [Fact]
    public void Apply_WithoutModule_LoadsItOrSaysWhatIsMissing()
    {
        _tree.WithCpu(CpuModel.Intel, 6, 1);
        var machine = new FakeMachine(_tree) { CpusOfModule = [0, 1] };
        Apply(machine, new() { HugePages = false, Governor = false });
        Assert.Equal(0xFUL, machine[1, 0x1A4]);

        Assert.Contains("MSR          left as they are: the kernel's module msr is not loaded (modprobe msr)",
            Apply(new FakeMachine(_tree), new() { HugePages = false, Governor = false }));
    }

    [Fact]
    public void Apply_RegisterRefused_IsOneLineAndTheOthersAreSet()
    {
        _tree.WithCpu(CpuModel.Amd, 0x17, 1);
        var machine = new FakeMachine(_tree).WithCpus(0, 1).With(MsrPreset.Zen2, 0x99);
        machine.RefuseWrite = place => place.Register == 0xC0011022 ? new UnauthorizedAccessException() : null;
        machine.RefuseRead = place => place.Register == 0xC001102B ? new IOException("Input/output error", InputOutput) : null;

        var lines = Apply(machine, new() { HugePages = false, Governor = false });

        Assert.Equal(
        [
            "MSR          preset Zen to Zen 2: 2 of 4 registers set on 2 CPUs",
            $"MSR          c0011022: refused on 2 of 2 CPUs: {(Environment.IsPrivilegedProcess ? "the kernel does not allow it (EPERM)" : "only root can do that")}",
            "MSR          c001102b: refused on 2 of 2 CPUs: the processor does not have it, or does not take this value (EIO)",
        ], lines.Where(line => line.StartsWith("MSR", StringComparison.Ordinal)));
        Assert.Equal((0UL, 0x99UL, 0x9AUL), (machine[0, 0xC0011020], machine[0, 0xC0011022], machine[1, 0xC001102B]));
    }

    [Fact]
    public void Apply_RegisterThatForgets_IsTold()
    {
        _tree.WithCpu(CpuModel.Intel, 6, 1);
        var machine = new FakeMachine(_tree).WithCpus(0, 1);
        machine.Kept = (place, value) => place.Cpu == 1 ? "0000000000000001" : value;

        Assert.Contains("MSR          1a4: 1 of 2 CPUs did not keep 000000000000000f and have 0000000000000001",
            Apply(machine, new() { HugePages = false, Governor = false }));
    }

    [Fact]
    public void Apply_Governor_SetsThoseThatHaveIt()
    {
        _tree.WithCpu(CpuModel.Amd, 0x15, 1).WithGovernor(0, "powersave").WithGovernor(1, "performance").WithGovernor(2, "schedutil", "schedutil ondemand");
        var machine = new FakeMachine(_tree);
        var before = machine.Everything();

        var lines = Apply(machine, new() { HugePages = false });

        Assert.Contains("GOVERNOR     performance for 2 of 2 groups of CPUs (before: powersave)", lines);
        Assert.Equal(["performance", "performance", "schedutil"], FrequencyPolicy.ReadAll(_tree.Root).Select(policy => policy.Governor));
        Restore(machine);
        Assert.Equal(before, machine.Everything());
    }

    [Fact]
    public void Apply_GovernorRefused_NamesTheFile()
    {
        _tree.WithCpu("", 0, 0).WithGovernor(0, "powersave");
        var machine = new FakeMachine(_tree) { RefuseWrite = _ => new IOException("Invalid argument") };

        Assert.Contains("GOVERNOR     /sys/devices/system/cpu/cpufreq/policy0/scaling_governor: Invalid argument", Apply(machine, new() { HugePages = false }));
    }

    [Fact]
    public void Apply_NothingWanted_ChangesNothing()
    {
        _tree.WithCpu(CpuModel.Intel, 6, 1).WithGovernor(0, "powersave").WithPages(HugePagePool.HugeBytes, 0, 0);
        var machine = new FakeMachine(_tree).WithCpus(0);

        var lines = Apply(machine, new() { HugePages = false, Governor = false, Msr = false });

        Assert.Equal(0, machine.Writes);
        Assert.Contains("MSR          left as it is: Tuning:Msr is false", lines);
        Assert.Equal(["RESTORE      nothing to put back: this machine is not tuned"], Restore(machine));
    }

    [Fact]
    public void Apply_StateFileOfThisStart_KeepsTheFirstValues()
    {
        _tree.WithCpu("", 0, 0).WithGovernor(0, "powersave");
        var machine = new FakeMachine(_tree);
        Apply(machine, new() { HugePages = false });
        // Somebody changes it meanwhile: not the value to go back to.
        _tree.WithGovernor(0, "schedutil", "performance schedutil");

        Apply(machine, new() { HugePages = false });
        Restore(machine);

        Assert.Equal("powersave", FrequencyPolicy.ReadAll(_tree.Root)[0].Governor);
    }

    [Fact]
    public void Apply_StateFileOfAnEarlierStart_IsForgotten()
    {
        _tree.WithCpu("", 0, 0).WithGovernor(0, "powersave");
        var machine = new FakeMachine(_tree);
        Apply(machine, new() { HugePages = false });
        _tree.With("/proc/sys/kernel/random/boot_id", "second").WithGovernor(0, "schedutil", "performance schedutil");

        Apply(machine, new() { HugePages = false });
        Restore(machine);

        Assert.Equal("schedutil", FrequencyPolicy.ReadAll(_tree.Root)[0].Governor);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("{}")]
    [InlineData("""{"boot":"first","values":null}""")]
    [InlineData("""{"boot":"first","values":[null]}""")]
    [InlineData("""{"boot":"first","values":[{"path":"/etc/passwd","value":"x"}]}""")]
    [InlineData("""{"boot":"first","values":[{"path":"/sys/../etc/passwd","value":"x"}]}""")]
    [InlineData("""{"boot":"first","values":[{"cpu":0,"register":420,"value":"zz"}]}""")]
    public void SavedValues_DamagedFile_IsNamedAndNothingIsChanged(string text)
    {
        _tree.WithCpu("", 0, 0).WithGovernor(0, "powersave");
        Directory.CreateDirectory(_tree.Place(SavedValues.Folder), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _tree.With($"{SavedValues.Folder}/{SavedValues.FileName}", text);

        var error = Assert.Throws<DataFileException>(() => Apply(new FakeMachine(_tree), new()));

        Assert.Contains("state.json: is damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal("powersave", FrequencyPolicy.ReadAll(_tree.Root)[0].Governor);
    }

    [Fact]
    public void SavedValues_Folder_IsForItsOwnerAlone()
    {
        _tree.WithCpu("", 0, 0).WithGovernor(0, "powersave");

        Apply(new FakeMachine(_tree), new() { HugePages = false });

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_tree.Place(SavedValues.Folder)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(_tree.Place($"{SavedValues.Folder}/{SavedValues.FileName}")));
    }

    [Fact]
    public void Restore_CpuGoneMeanwhile_SaysSoAndPutsTheRestBack()
    {
        _tree.WithCpu(CpuModel.Intel, 6, 1).WithGovernor(0, "powersave").WithGovernor(1, "powersave");
        var machine = new FakeMachine(_tree).WithCpus(0, 1);
        Apply(machine, new() { HugePages = false });
        machine.OnlineCpus.Remove(1);
        _tree.Without("/sys/devices/system/cpu/cpufreq/policy1");

        var lines = Restore(machine);

        Assert.Equal(
        [
            "MSR          1 of 2 values put back", "MSR          register 1a4 of CPU 1 is not there any more",
            "GOVERNOR     1 of 2 values put back", "GOVERNOR     /sys/devices/system/cpu/cpufreq/policy1/scaling_governor is not there any more",
        ], lines);
        Assert.Equal(0UL, machine[0, 0x1A4]);
        Assert.False(File.Exists(_tree.Place($"{SavedValues.Folder}/{SavedValues.FileName}")));
    }

    [Fact]
    public void Restore_PlaceThatRefuses_KeepsItForTheNextTry()
    {
        _tree.WithCpu(CpuModel.Intel, 6, 1).WithGovernor(0, "powersave");
        var machine = new FakeMachine(_tree).WithCpus(0, 1);
        var before = machine.Everything();
        Apply(machine, new() { HugePages = false });
        machine.RefuseWrite = place => place.Path is null && place.Cpu == 1 ? new IOException("Input/output error", InputOutput) : null;

        var lines = Restore(machine, isComplete: false);
        Assert.Contains("MSR          register 1a4 of CPU 1 could not be put back: the processor does not have it, or does not take this value (EIO)", lines);
        Assert.Equal(0xFUL, machine[1, 0x1A4]);

        machine.RefuseWrite = _ => null;
        Restore(machine);
        Assert.Equal(before.Where(line => !line.Contains("1a4", StringComparison.Ordinal)),
            machine.Everything().Where(line => !line.Contains("1a4", StringComparison.Ordinal)));
        Assert.Equal(0UL, machine[1, 0x1A4]);
    }

    [Fact]
    public void Restore_ModuleUnloadedMeanwhile_LoadsIt()
    {
        _tree.WithCpu(CpuModel.Intel, 6, 1);
        var machine = new FakeMachine(_tree) { CpusOfModule = [0] };
        Apply(machine, new() { HugePages = false, Governor = false });
        machine.OnlineCpus.Clear();

        Restore(machine);

        Assert.Equal(0UL, machine[0, 0x1A4]);
    }

    /// <summary>Whatever number of writes a killed apply got to, a killed second apply after it, and a killed restore: the first values come back.</summary>
    [Fact]
    public void Restore_AfterKillBetweenAnyTwoWrites_GivesBackTheFirstMachine()
    {
        NativeLibrary.Require();
        _tree.WithCpu(CpuModel.Amd, 0x19, 0x21).With(AllowWrites, "default").WithGovernor(0, "powersave").WithGovernor(1, "schedutil", "schedutil performance")
            .WithPages(HugePagePool.HugeBytes, 7, 7).WithPages(HugePagePool.GiantBytes, 0, 0);
        var machine = new FakeMachine(_tree).WithCpus(0, 1).With(MsrPreset.Zen3, 0x1234);
        var before = machine.Everything();
        Apply(machine, new());
        var all = machine.Writes;
        Assert.InRange(all, 13, 20);
        Restore(machine);
        Assert.Equal(before, machine.Everything());

        for (var first = 0; first <= all; first++)
        {
            for (var second = 0; second <= all; second += 6)
            {
                Kill(machine, first, () => Apply(machine, new()));
                Kill(machine, second, () => Apply(machine, new()));
                Kill(machine, second, () => Restore(machine));
                machine.WritesLeft = null;
                Restore(machine);

                Assert.True(before.SequenceEqual(machine.Everything()), $"killed after {first} and {second} writes:\n{string.Join('\n', machine.Everything())}");
            }
        }

        static void Kill(FakeMachine machine, int writes, Action act)
        {
            machine.WritesLeft = writes;
            try
            {
                act();
            }
            catch (KilledException)
            {
                // As intended, unless it needed no more writes than that.
            }
        }
    }

    private List<string> Apply(FakeMachine machine, TuningOptions options)
        => [.. new Tuner(machine, new SavedValues(_tree.Root))
            .Apply(options, () => HugePagePlan.Make(Algorithm.RandomX, new HashEngineOptions { Threads = 2 }, cores: 2, _tree.Root))
            .Select(line => line.ToString())];

    private List<string> Restore(FakeMachine machine, bool isComplete = true)
    {
        var lines = new Tuner(machine, new SavedValues(_tree.Root)).Restore(out var complete);
        Assert.Equal(isComplete, complete);
        return [.. lines.Select(line => line.ToString())];
    }
}
