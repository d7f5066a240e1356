using System.Diagnostics;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>Users of one machine at the console socket of its service. User and group ids need no entry anywhere.</summary>
[Trait("Lane", "Full")]
public sealed class ConsoleSocketTests : IAsyncLifetime
{
    private const uint Service = 54321;
    private const uint Group = 54322;
    private const uint Person = 54323;
    private const uint Own = 54324;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("p2p-users-").FullName;
    private MinerProcess? _miner;

    private string Socket => Path.Combine(_folder, "run", "console.sock");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can act as others");
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        // As StateDirectory and RuntimeDirectory of the unit.
        Make("data", (UnixFileMode)0b111_000_000);
        Make("run", (UnixFileMode)0b111_101_000);
        _miner = MinerProcess.StartServiceOf(Service, Group, _folder, "--threads", "1");
        await _miner.FindLineAsync("working for the session", Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await (_miner?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Console_MemberOfTheGroup_ControlsWithoutTheKeyAndDoesNotGetIt()
    {
        var status = await RunAsync([Own, Group], "status");
        Assert.True(status.ExitCode == 0, status.Output);
        Assert.Contains("1 node,", status.Output);
        Assert.Equal(0, (await RunAsync([Group], "pause")).ExitCode);

        foreach (var command in new[] { "invite", "rotate-key" })
        {
            Assert.Equal(
                (1, "p2p-console: the cluster key is kept by the service of this machine, for root: run the same command with sudo"),
                await RunAsync([Own, Group], command));
        }
    }

    [Fact]
    public async Task Console_OutsideTheGroup_IsRefusedByTheModeAndByTheNode()
    {
        var refused = await RunAsync([Own], "status");
        Assert.Equal(1, refused.ExitCode);
        Assert.EndsWith("or let root add you to its group: usermod -aG p2p-miner USER", refused.Output);

        // The folder lets through, the file does not.
        File.SetUnixFileMode(Path.GetDirectoryName(Socket)!, (UnixFileMode)0b111_101_101);
        Assert.Contains("you may not connect", (await RunAsync([Own], "status")).Output);

        // The file lets through, the node does not.
        File.SetUnixFileMode(Socket, (UnixFileMode)0b110_110_110);
        Assert.Equal(1, (await RunAsync([Own], "status")).ExitCode);
        await _miner!.FindLineAsync($"refused a connection at .*: user {Person} is not in group {Group}", Patience);
    }

    private Task<(int ExitCode, string Output)> RunAsync(uint[] groups, string command)
        => MinerProcess.RunConsoleOfAsync(Person, groups, _folder, Patience, command);

    private void Make(string name, UnixFileMode mode)
    {
        var path = Directory.CreateDirectory(Path.Combine(_folder, name), mode).FullName;
        using var run = Process.Start("chown", [$"{Service}:{Group}", path]);
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
    }
}
