using System.Buffers.Binary;
using System.Diagnostics;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>
/// The program itself tunes a made-up machine: in a mount namespace of its own, files of a folder lie over those of the kernel. They are those of an Intel
/// processor with two CPUs, whose registers are plain files that are read and written as the kernel's device is; or of an AMD processor, with msr_device.c
/// preloaded, because its registers have neighbouring numbers.
/// </summary>
[Trait("Lane", "Full")]
public sealed class TuneProcessTests : IDisposable
{
    private const string Governor = "sys/devices/system/cpu/cpufreq/policy{0}/scaling_governor";
    private const string HugePages = "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";
    private const int Register = 0x1A4;

    private static readonly string[] Covered =
        ["proc/cpuinfo", "proc/meminfo", "dev/cpu", "sys/devices/system/cpu/cpufreq", "sys/kernel/mm/hugepages", "sys/devices/system/node", "run"];

    private static readonly uint[] AmdRegisters = [0xC0011020, 0xC0011021, 0xC0011022, 0xC001102B];
    private const ulong OldAmdValue = 0x1234567890ABCD20;

    private readonly Dictionary<string, string> _environment = [];
    private string? _preload;

    private readonly string _root = Directory.CreateTempSubdirectory("p2p-miner-tune-").FullName;

    public TuneProcessTests()
    {
        PutCpu("GenuineIntel", 6, 158);
        Put("proc/meminfo", $"MemTotal: {16 << 20} kB\nMemFree: {15 << 20} kB\nMemAvailable: {15 << 20} kB\n");
        foreach (var cpu in new[] { 0, 1 })
        {
            var registers = new byte[4096];
            BinaryPrimitives.WriteUInt64LittleEndian(registers.AsSpan(Register), 0x100 + (ulong)cpu);
            Put($"dev/cpu/{cpu}/msr", "");
            File.WriteAllBytes(PathOf($"dev/cpu/{cpu}/msr"), registers);
            Put(string.Format(null, Governor, cpu), "powersave\n");
            Put($"sys/devices/system/cpu/cpufreq/policy{cpu}/scaling_available_governors", "performance powersave\n");
        }

        Put(HugePages, "5\n");
        Put(HugePages.Replace("nr_", "free_", StringComparison.Ordinal), "5\n");
        Put("sys/devices/system/node/node0/cpulist", "0-1\n");
        Directory.CreateDirectory(PathOf("run"));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Tune_ApplyAndRestore_ChangeTheMachineAndGiveItBack()
    {
        SkipUnlessPossible();
        var before = Everything();

        var applied = await RunAsync("apply", "--threads", "2");

        Assert.Contains("GOVERNOR     performance for 2 of 2 groups of CPUs (before: powersave)", applied);
        Assert.Contains("MSR          preset Intel: 1 register set on 2 CPUs", applied);
        Assert.Contains("HUGE PAGES   2 MiB: 1180 of 1180 set aside (before: 5 in all)", applied);
        Assert.Equal((0xFUL, 0xFUL), (RegisterOf(0), RegisterOf(1)));
        Assert.Equal(("performance", "1180"), (Text(string.Format(null, Governor, 1)), Text(HugePages)));

        await RunAsync("restore");

        Assert.Equal(before, Everything());
        Assert.Equal((0x100UL, 0x101UL), (RegisterOf(0), RegisterOf(1)));
    }

    /// <summary>What must stand in each register where 0x1234567890ABCD20 stood before: bit 5 of c0011021 is left as it is.</summary>
    public static TheoryData<int, int, ulong[]> AmdRows => new()
    {
        { 0x17, 0x71, [0x0, 0x60, 0x1510000, 0x2000CC16] },
        { 0x19, 0x21, [0x0004480000000000, 0x001C000200000060, 0xC000000401570000, 0x2000CC10] },
        { 0x19, 0x61, [0x0004400000000000, 0x0004000000000060, 0x8680000401570000, 0x2040CC10] },
        { 0x19, 0x75, [0x0004400000000000, 0x0004000000000060, 0x8680000401570000, 0x2040CC10] },
        { 0x1A, 0x44, [0x0004400000000000, 0x0004000000000060, 0x8680000401570000, 0x2040CC10] },
    };

    [Theory]
    [MemberData(nameof(AmdRows))]
    public async Task Tune_EachAmdRow_PutsItsValuesIntoAllCpusAndGivesThemBack(int family, int model, ulong[] values)
    {
        await PutAmdAsync(family, model);
        var before = Everything();

        var applied = await RunAsync("apply", "--no-huge-pages", "--no-governor");

        Assert.Contains(applied, line => line.EndsWith(": 4 registers set on 2 CPUs", StringComparison.Ordinal));
        Assert.Equal([values, values], [AmdRegistersOf(0), AmdRegistersOf(1)]);
        await RunAsync("restore");
        Assert.Equal(before, Everything());
    }

    [Fact]
    public async Task Tune_RegisterRefusedOrForgotten_IsTheOnlyOneThatIsNotSet()
    {
        await PutAmdAsync(0x19, 0x21);
        var before = Everything();
        _environment["TEST_MSR_REFUSE"] = "c0011022";
        _environment["TEST_MSR_FORGET"] = "c001102b";

        var applied = await RunAsync("apply", "--no-huge-pages", "--no-governor");

        Assert.Equal(
        [
            "MSR          preset Zen 3: 2 of 4 registers set on 2 CPUs", "MSR          c0011022: refused on 2 of 2 CPUs: the kernel does not allow it (EPERM)",
            "MSR          c001102b: 2 of 2 CPUs did not keep 000000002000cc10 and have 1234567890abcd20",
        ], applied.Where(line => line.StartsWith("MSR", StringComparison.Ordinal)));
        Assert.Equal([0x0004480000000000, 0x001C000200000060, OldAmdValue, OldAmdValue], AmdRegistersOf(1));
        _environment.Clear();
        await RunAsync("restore");
        Assert.Equal(before, Everything());
    }

    /// <summary>Apply is killed before one of its eight writes of registers, then done again; or restore is killed, then done again.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task Tune_KilledBeforeAWriteOfARegister_GivesBackTheFirstValues(int write)
    {
        await PutAmdAsync(0x19, 0x21);
        var before = Everything();
        await KillAsync("apply", "--no-huge-pages", "--no-governor");
        await RunAsync("apply", "--no-huge-pages", "--no-governor");
        await KillAsync("restore");

        await RunAsync("restore");

        Assert.Equal(before, Everything());

        async Task KillAsync(params string[] arguments)
        {
            _environment["TEST_MSR_KILL"] = write.ToString(System.Globalization.CultureInfo.InvariantCulture);
            using var process = Start(arguments);
            await process.WaitForExitAsync();
            Assert.Equal(128 + 9, process.ExitCode);
            _environment.Clear();
        }
    }

    /// <summary>The program is killed while it writes the second of two governors: that one is a FIFO, at which it waits for a reader.</summary>
    [Fact]
    public async Task Restore_AfterKillInTheMiddleOfApplyAndASecondApply_GivesBackTheFirstValues()
    {
        SkipUnlessPossible();
        var before = Everything();
        var second = PathOf(string.Format(null, Governor, 1));
        File.Delete(second);
        Process.Start("mkfifo", [second]).WaitForExit();
        using (var killed = Start("apply"))
        {
            try
            {
                // It reads the old value, and later waits to write the new one.
                await Eventually.ComesAsync(Task.Run(() => File.AppendAllText(second, "powersave\n")), "the program reads the second governor");
                await Eventually.HoldsAsync(() => Text(string.Format(null, Governor, 0)) == "performance", "the program sets the first governor");
                Assert.False(killed.HasExited);
            }
            finally
            {
                killed.Kill();
            }

            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.Delete(second);
        File.WriteAllText(second, "powersave\n");
        Assert.Equal("performance", Text(string.Format(null, Governor, 0)));

        await RunAsync("apply");
        await RunAsync("restore");

        Assert.Equal(before, Everything());
    }

    private async Task PutAmdAsync(int family, int model)
    {
        SkipUnlessPossible();
        Assert.SkipUnless(File.Exists("/usr/bin/cc"), "there is no C compiler");
        _preload = PathOf("msr_device.so");
        using var compiler = Process.Start("cc", ["-O1", "-shared", "-fPIC", "-o", _preload, Path.Combine(AppContext.BaseDirectory, "msr_device.c"), "-ldl"]);
        await compiler.WaitForExitAsync();
        Assert.Equal(0, compiler.ExitCode);
        PutCpu("AuthenticAMD", family, model);
        foreach (var cpu in new[] { 0, 1 })
        {
            var registers = new byte[AmdRegisters.Max(PlaceOf) + 8];
            Array.ForEach(AmdRegisters, register => BinaryPrimitives.WriteUInt64LittleEndian(registers.AsSpan(PlaceOf(register)), OldAmdValue));
            await File.WriteAllBytesAsync(PathOf($"dev/cpu/{cpu}/msr"), registers);
        }
    }

    private ulong[] AmdRegistersOf(int cpu)
    {
        var registers = File.ReadAllBytes(PathOf($"dev/cpu/{cpu}/msr"));
        return [.. AmdRegisters.Select(register => BinaryPrimitives.ReadUInt64LittleEndian(registers.AsSpan(PlaceOf(register))))];
    }

    /// <summary>As msr_device.c has it.</summary>
    private static int PlaceOf(uint register) => (int)(register & 0xFFFF) * 8;

    private void PutCpu(string vendor, int family, int model)
        => Put("proc/cpuinfo", string.Join("\n\n", Enumerable.Range(0, 2).Select(cpu => $"processor\t: {cpu}\nvendor_id\t: {vendor}\n"
            + $"cpu family\t: {family}\nmodel\t\t: {model}\nmodel name\t: Made-up CPU\nflags\t\t: fpu aes pdpe1gb\n")));

    private static void SkipUnlessPossible()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can mount");
        var missing = Covered.Where(path => !Path.Exists("/" + path));
        Assert.SkipWhen(missing.Any(), $"this machine has no /{string.Join(", /", missing)} to cover");
    }

    private async Task<string[]> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var lines = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{lines}\n{await error}");
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private Process Start(params string[] arguments)
    {
        // With no more rights than the service has.
        const string Rights = "setpriv --bounding-set=-all,+sys_rawio --inh-caps=-all --no-new-privs";
        var mounts = string.Join(" && ", Covered.Select(path => $"mount --bind \"$0/{path}\" /{path}"));
        IEnumerable<string> device = _preload is null ? [] : ["env", $"LD_PRELOAD={_preload}", .. _environment.Select(pair => $"{pair.Key}={pair.Value}")];
        return Process.Start(new ProcessStartInfo("unshare",
            ["-m", "sh", "-c", $"{mounts} && exec {Rights} \"$@\"", _root, .. device, MinerProcess.Program, "tune", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private ulong RegisterOf(int cpu) => BinaryPrimitives.ReadUInt64LittleEndian(File.ReadAllBytes(PathOf($"dev/cpu/{cpu}/msr")).AsSpan(Register));

    private string Text(string path) => File.ReadAllText(PathOf(path)).Trim();

    private List<string> Everything()
        => [.. Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock").Order(StringComparer.Ordinal)
            .Select(file => $"{file}: {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}")];

    private string PathOf(string path) => Path.Combine(_root, path);

    private void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }
}
