using System.Text.Json;
using System.Text.RegularExpressions;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>Three nodes of this machine, without a pool: what their owner is told when they are killed.</summary>
public sealed class AlertTests(ITestOutputHelper output) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p2p-alerts-");
    private readonly WebhookServer _owner = new();
    private readonly List<MinerProcess> _nodes = [];
    private readonly int _discovery = FreePorts.Take();

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _owner.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task MasterIsKilledRightAfterItHasTold_NothingIsToldTwice()
    {
        await MakeFoldersAsync("master", "other", "worker");
        var settings = new Dictionary<string, string> { ["P2P_ALERTS__WEBHOOKURL"] = $"{_owner.Url}/a-secret", ["P2P_ALERTS__NODELOSTAFTER"] = "00:00:30" };
        var master = Start("master", settings);
        await master.WaitForLineAsync("working for the session of node", Patience);
        var other = Start("other", []);
        var worker = Start("worker", []);
        await other.WaitForLineAsync("node [0-9a-f]{8} has settings for them", Patience);
        await worker.WaitForLineAsync("working for the session of node", Patience);
        await TestAsync("other");

        worker.Kill();
        await master.WaitForLineAsync($"alert told: node {IdOf("worker")[..8]}.* is lost", Patience);
        master.Kill();
        await ToldAsync($"node {IdOf("other")[..8]}.* is master now, instead of node {IdOf("master")[..8]}");

        // Were the worker told again, it would be by then: it is missing for longer.
        await ToldAsync($"node {IdOf("master")[..8]}.* is lost");

        output.WriteLine(string.Join('\n', Told));
        Assert.Single(Told, text => Regex.IsMatch(text, $"node {IdOf("worker")[..8]}.* is lost"));
        Assert.Single(Told, text => Regex.IsMatch(text, $"node {IdOf("master")[..8]}.* is lost"));
        Assert.Single(Told, text => text.Contains("is master now"));
        Assert.DoesNotContain("a-secret", string.Join('\n', _nodes.SelectMany(node => node.Lines)));
    }

    private IReadOnlyList<string> Told => [.. _owner.Bodies.Select(body => JsonDocument.Parse(body).RootElement.GetProperty("text").GetString()!)];

    private async Task TestAsync(string node)
    {
        var text = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                // While the cluster grows, a console may find nobody.
                (var exitCode, text) = await MinerProcess.RunScriptAsync(Patience, MinerProcess.Console, "alert", "test", "--data", FolderOf(node));
                return exitCode == 0;
            }, "a test message", Patience, found: () => text);

        Assert.Equal($"webhook at 127.0.0.1:{_owner.Port}: taken", text);
        Assert.StartsWith("This is a test of the alerts", Assert.Single(Told));
    }

    private Task ToldAsync(string pattern)
        => Eventually.HoldsAsync(() => Told.Any(text => Regex.IsMatch(text, pattern)), pattern, Patience, found: () => string.Join('\n', Told));

    private MinerProcess Start(string name, Dictionary<string, string> settings)
    {
        var ports = FreePorts.Take(4);
        var mode = name == "other" ? "auto" : name;
        var node = MinerProcess.StartScript(
            MinerProcess.Program, new(settings)
            {
                ["P2P_MEMBERSHIP__PORT"] = $"{ports[3]}", ["P2P_DISCOVERY__PORT"] = $"{_discovery}",
            },
            "--data", FolderOf(name), "--mode", mode, "--bind", "127.0.0.1", "--port", $"{ports[0]}", "--gateway-port", $"{ports[1]}",
            "--http-port", $"{ports[2]}", "--threads", "1", "--randomx-mode", "light");
        _nodes.Add(node);
        return node;
    }

    private string FolderOf(string name) => Path.Combine(_folder.FullName, name);

    private string IdOf(string name) => File.ReadAllText(Path.Combine(FolderOf(name), "node-id")).Trim();

    private async Task MakeFoldersAsync(params string[] names)
    {
        var (exitCode, lines) = await MinerProcess.RunAsync(["cluster", "init", "--data", FolderOf(names[0])], [], Patience);
        Assert.Equal(0, exitCode);
        var token = Regex.Match(string.Join('\n', lines), "p2p1-[0-9a-z]+").Value;
        foreach (var name in names[1..])
        {
            Assert.Equal(0, (await MinerProcess.RunAsync(["join", "--data", FolderOf(name)], [token], Patience)).ExitCode);
        }
    }
}
