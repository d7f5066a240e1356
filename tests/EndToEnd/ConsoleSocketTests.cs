using System.Diagnostics;
using P2PMiner.Security;

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

    [Fact]
    public async Task Console_MemberOfTheGroupWithALeftOverKey_ControlsTheServiceAllTheSame()
    {
        var home = MakeHomeWithAKey();

        var status = await RunAsync([Own, Group], "status", home);
        Assert.True(status.ExitCode == 0, status.Output);
        Assert.Contains("1 node,", status.Output);

        var rotated = await RunAsync([Own, Group], "rotate-key", home);
        Assert.Equal(69, rotated.ExitCode);
        Assert.Contains("; the service of this machine has a key of its own, for root: run the same command with sudo", rotated.Output);

        var invited = await RunAsync([Own, Group], "invite", home);
        Assert.Equal(0, invited.ExitCode);
        Assert.Contains($"this is the cluster of your own key, in {home}/p2p-miner/cluster-key; for that of the service", invited.Output);

        var refused = await RunAsync([Own], "status", home);
        Assert.Equal(69, refused.ExitCode);
        Assert.Contains("or let root add you to its group: usermod -aG p2p-miner USER", refused.Output);
    }

    [Fact]
    public async Task Console_NodeOfOnesOwnRuns_GoesThereAndNotToTheService()
    {
        var home = MakeHomeWithAKey(isRunning: true);

        var status = await RunAsync([Own, Group], "status", home);

        Assert.Equal(69, status.ExitCode);
        Assert.Contains("no silo answers at 127.0.0.1:1;", status.Output);
    }

    private Task<(int ExitCode, string Output)> RunAsync(uint[] groups, string command, string data = "")
        => MinerProcess.RunConsoleOfAsync(Person, groups, _folder, Patience, data, command);

    /// <summary>As after a try of one's own, before the service.</summary>
    /// <param name="isRunning">As if a node ran with it, with gateway port 1.</param>
    private string MakeHomeWithAKey(bool isRunning = false)
    {
        var home = Directory.CreateDirectory(Path.Combine(_folder, "home")).FullName;
        new ClusterKeyFile(Path.Combine(home, "p2p-miner"), TimeProvider.System).LoadOrCreate(out _);
        if (isRunning)
        {
            NodeNote.OfThisProcess("1.0.0", "127.0.0.1", (2, 1, 3, 4)).Write(new(Path.Combine(home, "p2p-miner")));
        }

        Give($"{Person}:{Own}", home);
        return home;
    }

    private void Make(string name, UnixFileMode mode)
        => Give($"{Service}:{Group}", Directory.CreateDirectory(Path.Combine(_folder, name), mode).FullName);

    private static void Give(string owner, string path)
    {
        using var run = Process.Start("chown", ["-R", owner, path]);
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
    }
}
