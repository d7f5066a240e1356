using System.Globalization;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>
/// The program under what packaging/deb/p2p-miner.service forbids it, without systemd as process 1: read-only file systems, private /tmp and /dev, hidden
/// homes, no capabilities, and filters of system calls. User and group ids need no entry anywhere.
/// </summary>
[Trait("Lane", "Full")]
public sealed class SandboxTests : IAsyncLifetime
{
    private const uint Service = 54321;
    private const uint Group = 54322;
    private const uint Person = 54323;
    private const string Pages = "/sys/kernel/mm/transparent_hugepage/enabled";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private NetworkNamespace? _network;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(NetworkNamespace.Missing is not null, NetworkNamespace.Missing ?? "");
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze") && File.Exists("/usr/bin/python3"), "needs systemd-analyze and python3");
        _network = await NetworkNamespace.CreateAsync($"p2p-sandbox-{Environment.ProcessId}");
    }

    public async ValueTask DisposeAsync() => await (_network?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Fact]
    public async Task Miner_UnderTheUnit_CompilesMinesFindsAnotherAndAnswers()
    {
        FakeServiceManager? manager = null;
        // Names that are no files belong to a network.
        await _network!.RunOnAsync(() => manager = new(isAbstract: true));
        using var _ = manager;
        await using var miner = StartSandbox(
            new() { ["NOTIFY_SOCKET"] = manager!.Address, ["P2P_PRACTICEPOOL__STARTDIFFICULTY"] = "15", ["P2P_PRACTICEPOOL__MINDIFFICULTY"] = "15" },
            MinerProcess.InSandbox(MinerProcess.Program), "--practice", "--randomx-mode", "light", "--threads", "1", "--bind", "127.0.0.1");

        // .NET asks for the networks by netlink.
        await miner.FindLineAsync("beacons on UDP port 10000, node [0-9a-f]{8}, interfaces: lo$", Patience);
        var ready = await miner.FindLineAsync("READY threads 1/1 .* huge pages ([0-9]+)%", Patience);
        Assert.True(ready.Groups[1].Value != "0" || File.ReadAllText(Pages).Contains("[never]", StringComparison.Ordinal), ready.Value);
        await miner.FindLineAsync(@"accepted \(1/", Patience);
        await manager.IsToldAsync(Patience, "READY=1");

        // Compiled RandomX programs, in memory that is written by one address and run by another.
        Assert.Matches("r-xs .*memfd:p2ph-code", miner.Memory);

        // The restrictions are those of the unit.
        Assert.Equal(("0", "1", "2"), (Capabilities(miner), miner.StatusOf("NoNewPrivs"), miner.StatusOf("Seccomp")));
        Assert.Equal($"{Service}", miner.StatusOf("Uid").Split('\t')[0]);

        var (exitCode, status) = await miner.RunBesideAsync(Person, Group, Patience, MinerProcess.InSandbox(MinerProcess.Console), "status");
        Assert.True(exitCode == 0, status);
        Assert.Contains("1 node,", status);

        // A key of a try of one's own is not that of the node on the port.
        const string Leftover = "XDG_DATA_HOME=$(mktemp -d) && export XDG_DATA_HOME && \"$0\" cluster init >/dev/null 2>&1 && exec \"$1\" status";
        (exitCode, status) = await miner.RunBesideAsync(
            Person, Group, Patience, "sh", "-c", Leftover, MinerProcess.InSandbox(MinerProcess.Program), MinerProcess.InSandbox(MinerProcess.Console));
        Assert.True(exitCode == 0, status);
        Assert.Contains("1 node,", status);

        // Root reads the key of the service, without options.
        (exitCode, status) = await miner.RunBesideAsync(0, 0, Patience, MinerProcess.InSandbox(MinerProcess.Console), "peers");
        Assert.True(exitCode == 0, status);
        var invite = await miner.RunBesideAsync(0, 0, Patience, MinerProcess.InSandbox(MinerProcess.Console), "invite");
        Assert.StartsWith("p2p-miner join p2p1-", invite.Output);

        await AnotherFindsItAsync(miner);
        miner.Terminate();
        Assert.Equal(0, await miner.WaitForExitAsync(Patience));
    }

    [Fact]
    public async Task Shell_UnderTheUnit_IsRefusedWhatTheUnitForbids()
    {
        (string Command, string Reason)[] forbidden =
        [
            ("touch /etc/p2p-miner-test", "Read-only file system"),
            ("touch /opt/p2p-miner/p2p-miner-test", "Read-only file system"),
            ("ls /root", "Permission denied"),
            ("unshare --net true", "Operation not permitted"),
            ("dmesg", "Operation not permitted"),
            ("chrt --fifo 1 true", "Operation not permitted"),
            ("python3 -S -c 'import _socket; _socket.socket(17)'", "Address family not supported"),
        ];
        var script = string.Join('\n', forbidden.Select((one, i) => $"said=$({one.Command} 2>&1) && said=done; echo \"{i}:\" $said"));
        await using var shell = StartSandbox(new() { ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin" }, "/bin/sh", "-c", script);
        await shell.WaitForExitAsync(Patience);

        Assert.Equal(forbidden.Length, shell.Lines.Count);
        Assert.All(forbidden.Zip(shell.Lines), pair => Assert.Contains(pair.First.Reason, pair.Second));
    }

    private MinerProcess StartSandbox(Dictionary<string, string> environment, string program, params IEnumerable<string> arguments)
        => MinerProcess.StartInSandbox(_network!.Name, Service, Group, environment, program, arguments);

    /// <summary>A node outside of the sandbox joins the same cluster, which it finds by beacons.</summary>
    private async Task AnotherFindsItAsync(MinerProcess miner)
    {
        var (exitCode, key) = await miner.RunBesideAsync(0, 0, Patience, "cat", "/var/lib/p2p-miner/cluster-key");
        Assert.Equal(0, exitCode);
        var folder = Directory.CreateTempSubdirectory("p2p-beside-sandbox-");
        try
        {
            var (joined, lines) = await MinerProcess.RunAsync(["join", "--data", folder.FullName], [key], Patience);
            Assert.True(joined == 0, string.Join('\n', lines));
            await using var other = MinerProcess.StartOn(
                _network!.Name, MinerProcess.Program, folder.FullName, new() { ["P2P_MEMBERSHIP__PORT"] = "11002" },
                "--mode", "worker", "--bind", "127.0.0.1", "--port", "11000", "--gateway-port", "11001", "--http-port", "0", "--threads", "1");
            await other.FindLineAsync("working for the session", Patience);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>All sets of them; 0: all are empty.</summary>
    private static string Capabilities(MinerProcess miner)
        => string.Join(' ', new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" }.Select(miner.StatusOf)
            .Where(set => ulong.Parse(set, NumberStyles.HexNumber, CultureInfo.InvariantCulture) != 0)) is { Length: > 0 } some ? some : "0";
}
