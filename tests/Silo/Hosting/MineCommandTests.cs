using System.Collections;
using System.Net;
using System.Net.Sockets;
using P2PMiner.Security;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Hosting;

/// <summary>The whole program in this process, silo and all, on ports of its own and without a pool that answers.</summary>
public sealed class MineCommandTests : IDisposable
{
    private const string Password = "correct-horse-battery-staple";
    private const string WalletAddress = "48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();
    private readonly LineWriter _output = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_WithSecrets_ShowsNoneOfThemAnywhere()
    {
        NativeLibrary.Require();
        var log = Path.Combine(_folder.Path, "logs", "miner.log");
        var environment = new Hashtable
        {
            ["P2P_POOL__POOLS__1__PASS"] = Password, ["P2P_POOL__POOLS__2__RPCLOGIN"] = $"miner:{Password}",
            ["P2P_OUTPUT__LOGLEVEL"] = "trace"
        };
        string[] pools =
        [
            "-o", "127.0.0.1:1", "-o", "127.0.0.1:2", "-o", "daemon+http://127.0.0.1:5", "-o",
            $"daemon+http://miner:{Password}@127.0.0.1:4", "-u", WalletAddress, "--socks5", $"me:{Password}@127.0.0.1:3", "--log-file", log,
        ];

        var exitCode = await RunAsync(environment, pools, "connect error");

        var file = string.Concat(Directory.GetFiles(Path.GetDirectoryName(log)!).Select(File.ReadAllText));
        Assert.Equal(0, exitCode);

        // Lines that two threads log at once may come in either order to each.
        Assert.Equal(_output.Text.Split('\n').Order(), file.Split('\n').Order());
        Assert.Contains("stratum+tcp://127.0.0.1:2", file);
        Assert.Contains("daemon+http://127.0.0.1:4", file);
        Assert.DoesNotContain(Password, file);
        Assert.DoesNotContain(WalletAddress, file);
    }

    [Fact]
    public async Task Run_NoPool_SaysHowToGetWorkWithTheTimeInFront()
    {
        NativeLibrary.Require();

        Assert.Equal(0, await RunAsync(new Hashtable(), [], "WEB  "));

        Assert.All(_output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches(@"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\] ", line));
        Assert.Contains("POOL         none here: no work unless another machine of the cluster has one.", _output.Text);
    }

    [Fact]
    public async Task Run_WalletWithATypingError_WarnsAndMinesOn()
    {
        NativeLibrary.Require();

        Assert.Equal(0, await RunAsync(new Hashtable(), ["-o", "127.0.0.1:1", "-u", $"{WalletAddress[..^1]}x"], "connect error"));

        Assert.Contains(
            "] who is paid? The user of pool 1 is no valid Monero address: it has a typing error. Copy it again from your wallet. Mining goes on, and may earn nothing.", _output.Text);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("x", 1)]
    public async Task DryRun_Wallet_IsLookedAt(string end, int warnings)
    {
        NativeLibrary.Require();

        var (exitCode, output, error) = await InProcess.RunAsync(["--dry-run", "-o", "a.example:1", "-u", WalletAddress[..^end.Length] + end, "--data", _folder.Path]);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(warnings, output.Split("Warning: The user of pool 1 is no valid Monero address: it has a typing error.").Length - 1);
        Assert.DoesNotContain(WalletAddress[..20], output);
    }

    [Fact]
    public async Task DryRun_UserThatIsNoWallet_IsANote()
    {
        var (_, output, _) = await InProcess.RunAsync(["--dry-run", "-o", "a.example:1", "-o", "b.example:1", "-u", "me", "-u", "WALLET", "--data", _folder.Path]);

        Assert.Contains("\nNote: The user of pool 1 is no Monero address", output);
        Assert.Contains("\nWarning: The user of pool 2 is the word of an example", output);
    }

    [Fact]
    public async Task Run_FolderThatAnotherNodeRunsWith_IsRefusedAndLeftAlone()
    {
        var data = Path.Combine(_folder.Path, "data");
        using var other = new DataStore(data).Lock();

        var ports = FreePorts.Take(3);
        var (exitCode, _, error) = await InProcess.RunAsync(
            ["--data", data, "--bind", "127.0.0.1", "--http-port", "0", "--port", $"{ports[0]}", "--gateway-port", $"{ports[1]}"],
            new Hashtable { ["P2P_MEMBERSHIP__PORT"] = $"{ports[2]}" });

        Assert.Equal((78, $"configuration: Node:Data: {data}: another p2p-miner runs with this folder; give each its own with --data\n"), (exitCode, error));
        Assert.Equal("lock", Path.GetFileName(Assert.Single(Directory.GetFiles(data))));
    }

    [Fact]
    public async Task Run_WebPage_ShowsWhatTheKeysShow()
    {
        NativeLibrary.Require();
        var page = "";

        await RunAsync(new Hashtable(), [], "WEB  ", async (line, cancellation) =>
        {
            await _output.WaitForAsync("working for the session", Deadline);
            using var client = new HttpClient();
            page = await client.GetStringAsync(new Uri(line.Split(' ')[^1]), cancellation);
        });

        Assert.Contains("speed 10s/60s/15m n/a n/a n/a H/s max n/a H/s\n", page);
        Assert.Contains("connection none: no pool is configured\n", page);
    }

    [Fact]
    public async Task Run_ItsNote_TellsWhereItListensAndGoesWithTheNode()
    {
        NativeLibrary.Require();
        var ports = FreePorts.Take(2);
        NodeNote? note = null;

        await RunAsync(new Hashtable(), ["--port", $"{ports[0]}", "--gateway-port", $"{ports[1]}"], "WEB  ", (_, _) =>
        {
            note = NodeNote.ReadLiving(_folder.Path);
            return Task.CompletedTask;
        });

        Assert.Equal((Environment.ProcessId, "127.0.0.1", ports[0], ports[1], 0),
            (note!.Process, note.Address, note.Port, note.GatewayPort, note.HttpPort));
        Assert.False(File.Exists(Path.Combine(_folder.Path, NodeNote.FileName)));
    }

    [Theory]
    [InlineData("--http-port", "Node:HttpPort")]
    [InlineData("--port", "Node:Port")]
    [InlineData("--gateway-port", "Node:GatewayPort")]
    public async Task Run_PortTaken_NamesTheKey(string option, string key)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        Assert.Equal(1, await RunAsync(new Hashtable(), [option, $"{port}"], "is in use"));

        Assert.Equal($"p2p-miner: {key}: 127.0.0.1:{port} is in use; choose another with {option}\n", _output.Text);
    }

    [Fact]
    public async Task Run_AddressOfAnother_NamesTheKey()
    {
        Assert.Equal(78, await RunAsync(new Hashtable(), ["--bind", "192.0.2.1"], "configuration"));

        Assert.Equal("configuration: Node:Bind: 192.0.2.1 is not an address of this machine\n", _output.Text);
    }

    [Fact]
    public async Task Run_LogFolderCannotBeMade_NamesTheKey()
    {
        var file = _folder.File("file", "");

        Assert.Equal(78, await RunAsync(new Hashtable(), ["--log-file", Path.Combine(file, "x.log")], "configuration"));

        Assert.StartsWith("configuration: Output:LogFile: ", _output.Text);
    }

    /// <summary>Starts, waits for a line, does something, and stops.</summary>
    private async Task<int> RunAsync(IDictionary environment, string[] args, string waitFor, Func<string, CancellationToken, Task>? whileRunning = null)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        var ports = FreePorts.Take(3);
        string[] all =
        [
            .. args, "--data", _folder.Path, "--config", _folder.File("settings.json", $$"""{ "Membership": { "Port": {{ports[2]}} } }"""),
            .. Unless("--bind", "127.0.0.1"), .. Unless("--port", ports[0]), .. Unless("--gateway-port", ports[1]), .. Unless("--http-port", 0),
        ];
        var running = Program.RunAsync(all, InProcess.Io(_output, _output, environment), stop.Token);
        var line = await _output.WaitForAsync(waitFor, Deadline);
        if (whileRunning is not null)
        {
            await whileRunning(line, deadline.Token);
        }

        await stop.CancelAsync();
        return await running;

        string[] Unless(string option, object value) => args.Contains(option) ? [] : [option, $"{value}"];
    }
}
