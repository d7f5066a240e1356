using System.ComponentModel;
using System.Diagnostics;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Tests.Docs;

namespace P2PMiner.Silo.Tests.Packaging;

/// <summary>packaging/deb/p2p-miner.service: what systemd says of it, and the lines without which the miner would not work.</summary>
public sealed class ServiceUnitTests
{
    private static readonly string[] Lines = File.ReadAllLines(Repository.PathOf("packaging/deb/p2p-miner.service"));

    [Fact]
    public async Task Verify_BySystemd_HasNothingToSay()
    {
        using var folder = new TemporaryFolder();
        // The program is not installed where tests run.
        var unit = folder.File("p2p-miner.service", string.Join('\n', Lines).Replace("/usr/bin/p2p-miner", "/bin/true", StringComparison.Ordinal));
        var (exitCode, said) = await AnalyzeAsync("verify", "--man=no", unit);
        Assert.Equal("", said);
        Assert.Equal(0, exitCode);
    }

    // The threshold is in tenths.
    [Fact]
    public async Task Security_BySystemd_IsAsTheGuideSays()
    {
        const string Score = "1.7";
        var (exitCode, said) = await AnalyzeAsync("security", "--offline=true", "--threshold=17", Repository.PathOf("packaging/deb/p2p-miner.service"));
        Assert.True(exitCode == 0, said);
        Assert.Contains($"scores {Score}", File.ReadAllText(Repository.PathOf("docs/guide/service.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Directives_ThatTheMinerCannotWorkUnder_AreAbsent()
    {
        Assert.Empty(ValuesOf("MemoryDenyWriteExecute"));
        Assert.Empty(ValuesOf("ProcSubset"));
        // It would make everybody at the other end of console.sock nobody.
        Assert.Empty(ValuesOf("PrivateUsers"));
        Assert.Contains("AF_NETLINK", Words("RestrictAddressFamilies"));
        Assert.Contains("AF_UNIX", Words("RestrictAddressFamilies"));
    }

    [Fact]
    public void Restart_ByExitCode_IsAsTheProgramMeansIt()
    {
        Assert.Equal(["on-failure"], ValuesOf("Restart"));
        Assert.Equal([$"{ExitCode.WrongCommandLine}", $"{ExitCode.WrongConfiguration}"], Words("RestartPreventExitStatus").Order());
        Assert.DoesNotContain($"{ExitCode.StartAgain}", Words("RestartPreventExitStatus"));
        Assert.Empty(ValuesOf("SuccessExitStatus"));
    }

    [Fact]
    public void Paths_OfAnInstalledSystem_AreThose()
    {
        Assert.Equal(["P2P_NODE__DATA=/var/lib/p2p-miner"], ValuesOf("Environment"));
        Assert.Equal(["p2p-miner"], ValuesOf("StateDirectory"));
        Assert.Equal(["0700"], ValuesOf("StateDirectoryMode"));
        Assert.Equal(["p2p-miner"], ValuesOf("RuntimeDirectory"));
        // The group must be able to pass through it to the socket.
        Assert.Equal(["0750"], ValuesOf("RuntimeDirectoryMode"));
        Assert.Equal(["notify"], ValuesOf("Type"));
    }

    private static string[] ValuesOf(string directive)
        => [.. Lines.Where(line => line.StartsWith($"{directive}=", StringComparison.Ordinal)).Select(line => line[(directive.Length + 1)..])];

    private static string[] Words(string directive) => Assert.Single(ValuesOf(directive)).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<(int ExitCode, string Said)> AnalyzeAsync(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("systemd-analyze", ["--no-pager", .. arguments])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output + await error);
        }
        catch (Win32Exception)
        {
            Assert.Skip("systemd-analyze is not installed");
            throw;
        }
    }
}
