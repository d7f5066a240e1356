using System.Collections;
using System.Text.Json;
using P2PMiner.Client;
using P2PMiner.Security;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Client;

/// <summary>The console against the whole program in this process, through a real gateway. Without a pool, so that nothing hashes.</summary>
public sealed class ConsoleEndToEndTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();
    private readonly LineWriter _log = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private string _gateway = "";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Commands_OneAfterTheOther_DoWhatTheySay() => WithMinerAsync(async () =>
    {
        var node = (await JsonAsync("peers"))[0].GetProperty("node").GetString()!;

        Assert.Equal(0, await RunAsync($"threads {node[..6]} 3"));
        Assert.Equal(3, await PeerAsync("threads"));
        Assert.Equal(2, await RunAsync($"threads {(node[0] == 'a' ? 'b' : 'a')} 3"));

        Assert.Equal(0, await RunAsync($"drain {node}"));
        Assert.Equal("drained", (await PeerTextAsync("state")));
        Assert.Equal(0, await RunAsync("resume"));
        Assert.Equal("idle", (await PeerTextAsync("state")));
        Assert.Equal(0, await RunAsync("pause all"));
        Assert.Equal("paused", (await PeerTextAsync("state")));
        Assert.Equal(0, await RunAsync("resume all"));

        Assert.Equal(0, await RunAsync($"quarantine {node}"));
        Assert.True((await JsonAsync("peers"))[0].GetProperty("work").GetProperty("quarantined").GetBoolean());
        Assert.Equal(0, await RunAsync($"release {node}"));
        Assert.False((await JsonAsync("peers"))[0].GetProperty("work").GetProperty("quarantined").GetBoolean());

        Assert.Equal(1, await RunAsync($"bench {node} --seconds 1"));
        Assert.EndsWith("p2p-console: no dataset yet: no job has arrived\n", _error.ToString());
        Assert.Equal(0, await RunAsync("algo rx/2 randomx"));
        Assert.EndsWith("algorithms: rx/2 rx/0\n", _output.ToString());
        Assert.Equal(0, await RunAsync("algo ghostrider randomx"));
        Assert.EndsWith("algorithms: gr rx/0\n", _output.ToString());
    });

    [Fact]
    public Task Doctor_OfBothPrograms_AskTheRunningNode() => WithMinerAsync(async () =>
    {
        _output.GetStringBuilder().Clear();
        Assert.InRange(await RunAsync("doctor --json"), 0, 1);
        var node = JsonDocument.Parse(_output.ToString()).RootElement.GetProperty("nodes")[0];
        Assert.True(node.GetProperty("answers").GetBoolean());
        Assert.Contains("data folder", Checks(node));

        // By its note, whatever its ports and settings are.
        var own = JsonDocument.Parse((await InProcess.RunAsync(["doctor", "--json", "--data", _folder.Path])).Out).RootElement;
        Assert.Equal(node.GetProperty("node").GetString(), own.GetProperty("node").GetString());
        Assert.Contains("versions", Checks(own));
        Assert.Contains("answered", Text(own, "running node"));
        Assert.Contains("none is configured, master", Text(own, "mining"));
        Assert.Contains($", {_gateway.Split(':')[1]}", Text(own, "ports"));
        Assert.Contains("are open", Text(own, "ports"));
        Assert.Contains(Path.Combine(_folder.Path, "settings.json"), Text(own, "settings"));

        // A node without a note is looked for where the settings say; nobody answers there.
        NodeNote.Remove(new DataStore(_folder.Path));
        var silent = JsonDocument.Parse((await InProcess.RunAsync(
            ["doctor", "--json", "--data", _folder.Path, "--bind", "127.0.0.1", "--gateway-port", $"{FreePorts.Take()}"])).Out).RootElement;
        Assert.Equal(JsonValueKind.Null, silent.GetProperty("node").ValueKind);
        Assert.Contains("did not answer", Text(silent, "running node"));
        Assert.DoesNotContain("mining", Checks(silent));

        static IEnumerable<string?> Checks(JsonElement of) => of.GetProperty("findings").EnumerateArray()
            .Select(finding => finding.GetProperty("check").GetString());

        static string? Text(JsonElement of, string check) => of.GetProperty("findings").EnumerateArray()
            .Single(finding => finding.GetProperty("check").GetString() == check).GetProperty("text").GetString();
    });

    [Fact]
    public Task Status_DataFolderAlone_FindsTheNodeByItsNote() => WithMinerAsync(async () =>
    {
        var found = await P2PMiner.Client.Program.RunAsync(["status", "--data", _folder.Path], _output, _error, screen: false, TextReader.Null, new());

        Assert.Equal((0, ""), (found, _error.ToString()));

        // Another gateway that was named is not replaced.
        var port = FreePorts.Take();
        Assert.Equal(69, await P2PMiner.Client.Program.RunAsync(
            ["status", "--data", _folder.Path, "--gateway", $"127.0.0.1:{port}"], _output, _error, screen: false, TextReader.Null, new()));
        Assert.Contains($"no silo answers at 127.0.0.1:{port}", _error.ToString());
    });

    [Fact]
    public Task Pool_AddSwitchRemove_ChangesTheListAndShowsNoSecret() => WithMinerAsync(async () =>
    {
        Assert.Equal(0, await RunAsync("pool add 127.0.0.1:1 -u SomeWallet --pass secret-word"));
        Assert.Equal(0, await RunAsync("pool add stratum+ssl://127.0.0.1:2 -u SomeWallet --pass secret-word"));
        Assert.Equal(0, await RunAsync("pool switch 127.0.0.1:2"));
        Assert.Equal(["stratum+ssl://127.0.0.1:2", "stratum+tcp://127.0.0.1:1"], await PoolsAsync());
        Assert.Equal(0, await RunAsync("pool remove 127.0.0.1:1"));
        Assert.Equal(["stratum+ssl://127.0.0.1:2"], await PoolsAsync());
        Assert.Equal(1, await RunAsync("pool remove 127.0.0.1:2"));
        Assert.Equal(1, await RunAsync("pool add nonsense -u SomeWallet --pass secret-word"));
        Assert.Contains("nonsense", _error.ToString());

        Assert.DoesNotContain("secret-word", _output.ToString() + _error + _log.Text);
        Assert.DoesNotContain("SomeWallet", _output.ToString() + _error);
    });

    [Fact]
    public Task Prompt_SomeLines_EachIsAnsweredAndAnErrorDoesNotEndIt() => WithMinerAsync(async () =>
    {
        Assert.Equal(0, await RunAsync("", "dance\npeers\nexit\n"));

        Assert.Contains("'dance': not a command", _error.ToString());
        Assert.Contains("1 node,", _output.ToString());
    });

    private async Task<int> PeerAsync(string name) => (await JsonAsync("peers"))[0].GetProperty(name).GetInt32();

    private async Task<string?> PeerTextAsync(string name) => (await JsonAsync("peers"))[0].GetProperty(name).GetString();

    private async Task<IEnumerable<string?>> PoolsAsync() => (await JsonAsync("pool")).GetProperty("pools").EnumerateArray().Select(pool => pool.GetString());

    private async Task<JsonElement> JsonAsync(string command)
    {
        _output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(command + " --json"));
        return JsonDocument.Parse(_output.ToString()).RootElement;
    }

    private Task<int> RunAsync(string line, string input = "")
        => P2PMiner.Client.Program.RunAsync(
            [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--gateway", _gateway, "--data", _folder.Path], _output, _error,
            screen: false, new StringReader(input), new Interrupts());

    private async Task WithMinerAsync(Func<Task> act)
    {
        NativeLibrary.Require();
        using var deadline = new CancellationTokenSource(Deadline);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        var (silo, gateway) = (FreePorts.Take(), FreePorts.Take());
        _gateway = $"127.0.0.1:{gateway}";
        string[] args =
        [
            "--data", _folder.Path, "--config", _folder.File("settings.json", $$"""{ "Membership": { "Port": {{FreePorts.Take()}} } }"""), "--bind", "127.0.0.1", "--http-port", "0", "--port", $"{silo}", "--gateway-port", $"{gateway}",
        ];
        var running = Program.RunAsync(args, InProcess.Io(_log, _log, new Hashtable()), stop.Token);
        await _log.WaitForAsync("working for the session", Deadline);
        try
        {
            await act();
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }
}
