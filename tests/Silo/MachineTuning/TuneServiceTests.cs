using System.Diagnostics;
using P2PMiner.Silo.Tests.Docs;

namespace P2PMiner.Silo.Tests.MachineTuning;

/// <summary>packaging/deb/p2p-miner-tune.service</summary>
public sealed class TuneServiceTests : IDisposable
{
    private const string Name = "p2p-miner-tune.service";
    private const string Program = "/usr/bin/p2p-miner";

    private readonly TemporaryFolder _folder = new();
    private readonly string _unit = File.ReadAllText(Repository.PathOf($"packaging/deb/{Name}"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Unit_BySystemd_IsWithoutComplaint()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed");
        Assert.Contains($"ExecStart={Program} tune apply\nExecStop={Program} tune restore\n", _unit, StringComparison.Ordinal);
        // The program need not be installed here.
        var unit = _folder.File(Name, _unit.Replace(Program, "/bin/true", StringComparison.Ordinal));

        using var verify = Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", unit])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var said = verify.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var complaints = await verify.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await verify.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, "", ""), (verify.ExitCode, complaints, await said));
    }

    /// <summary>Without these the old values would go away with a failed start.</summary>
    [Fact]
    public void Unit_FolderOfOldValues_OutlivesTheService()
    {
        Assert.Contains("\nRuntimeDirectory=p2p-miner-tune\nRuntimeDirectoryMode=0700\nRuntimeDirectoryPreserve=yes\n", _unit, StringComparison.Ordinal);
        Assert.Equal("/run/p2p-miner-tune", P2PMiner.Silo.MachineTuning.SavedValues.Folder);
    }
}
