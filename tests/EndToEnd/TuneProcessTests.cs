using System.Buffers.Binary;
using System.Diagnostics;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>
/// The program itself tunes a made-up machine: in a mount namespace of its own, files of a folder lie over those of the kernel. They are those of an Intel
/// processor with two CPUs, whose registers are plain files that are read and written as the kernel's device is.
/// </summary>
[Trait("Lane", "Full")]
public sealed class TuneProcessTests : IDisposable
{
    private const string Governor = "sys/devices/system/cpu/cpufreq/policy{0}/scaling_governor";
    private const string HugePages = "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";
    private const int Register = 0x1A4;

    private static readonly string[] Covered =
        ["proc/cpuinfo", "proc/meminfo", "dev/cpu", "sys/devices/system/cpu/cpufreq", "sys/kernel/mm/hugepages", "sys/devices/system/node", "run"];

    private readonly string _root = Directory.CreateTempSubdirectory("p2p-miner-tune-").FullName;

    public TuneProcessTests()
    {
        Put("proc/cpuinfo", string.Join("\n\n", Enumerable.Range(0, 2).Select(
            cpu => $"processor\t: {cpu}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 158\nmodel name\t: Made-up CPU\nflags\t\t: fpu aes pdpe1gb\n")));
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
        return Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", $"{mounts} && exec {Rights} \"$@\"", _root, MinerProcess.Program, "tune", .. arguments])
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
