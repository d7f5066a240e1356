using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>Nodes with one cluster key, each on a host of its own, that mine light mode on the practice pool of whoever is master.</summary>
internal sealed class Hosts : IAsyncDisposable
{
    private static readonly TimeSpan ConsoleLimit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p2p-hosts-");
    private readonly MinerProcess?[] _nodes;
    private readonly List<string> _former = [];

    private Hosts(VirtualNetwork network, int count) => (Network, _nodes) = (network, new MinerProcess?[count]);

    public VirtualNetwork Network { get; }

    public int Count => _nodes.Length;

    /// <summary>Of all nodes, also those that run no more.</summary>
    public IEnumerable<string> Ledgers => Enumerable.Range(0, Count).Select(Ledger).Where(File.Exists);

    public MinerProcess this[int host] => _nodes[host] ?? throw new InvalidOperationException($"no node runs on host {host}");

    public static async Task<Hosts> CreateAsync(int count)
    {
        var hosts = new Hosts(await VirtualNetwork.CreateAsync(count), count);
        for (var i = 0; i < count; i++)
        {
            Directory.CreateDirectory(hosts.Folder(i));
        }

        var (exitCode, lines) = await MinerProcess.RunAsync(["cluster", "init", "--data", hosts.Folder(0)], [], ConsoleLimit);
        Assert.Equal(0, exitCode);
        var token = Regex.Match(string.Join('\n', lines), "p2p1-[0-9a-z]+").Value;
        for (var i = 1; i < count; i++)
        {
            Assert.Equal(0, (await MinerProcess.RunAsync(["join", "--data", hosts.Folder(i)], [token], ConsoleLimit)).ExitCode);
        }

        return hosts;
    }

    public void Start(int host, params IEnumerable<string> options) => _nodes[host] = MinerProcess.StartOn(
        Network.Namespace(host), Folder(host), new()
        {
            ["P2P_LEDGER__FILE"] = Ledger(host),
            ["P2P_PRACTICEPOOL__STARTDIFFICULTY"] = "15",
            ["P2P_PRACTICEPOOL__MINDIFFICULTY"] = "15",
            ["P2P_PRACTICEPOOL__MAXDIFFICULTY"] = "15",
        }, ["--practice", "--randomx-mode", "light", .. options.Contains("--threads") ? Array.Empty<string>() : ["--threads", "1"], .. options]);

    /// <summary>kill -9, and what is left of the process.</summary>
    public async Task KillAsync(int host)
    {
        var node = this[host];
        node.Kill();
        await node.WaitForExitAsync(ConsoleLimit);
        _nodes[host] = null;
        _former.AddRange(node.Lines);
        await node.DisposeAsync();
    }

    /// <summary>As Ctrl-C does; nothing where no node runs.</summary>
    public async Task StopAsync(int host)
    {
        if (_nodes[host] is { } node)
        {
            node.Interrupt();
            await node.WaitForExitAsync(ConsoleLimit);
            _nodes[host] = null;
            _former.AddRange(node.Lines);
            await node.DisposeAsync();
        }
    }

    /// <summary>Which node is on the host.</summary>
    public string NodeId(int host) => File.ReadAllText(Path.Combine(Folder(host), "node-id")).Trim();

    /// <summary>The cluster as the console on that host tells it; null: it has no answer now.</summary>
    public async Task<ClusterState?> LookAsync(int host)
    {
        var (exitCode, output) = await MinerProcess.RunConsoleOnAsync(Network.Namespace(host), Folder(host), ConsoleLimit, "status", "--json");
        return exitCode == 0 ? ClusterState.Read(output) : null;
    }

    /// <summary>Runs a console command on that host; it may be refused, or find no cluster.</summary>
    public Task TryCommandAsync(int host, params string[] command)
        => MinerProcess.RunConsoleOnAsync(Network.Namespace(host), Folder(host), ConsoleLimit, command);

    /// <summary>The console's prompt on that host.</summary>
    public MinerProcess OpenConsole(int host) => MinerProcess.StartConsoleOn(Network.Namespace(host), Folder(host));

    public bool IsRunning(int host) => _nodes[host] is not null;

    /// <summary>All lines of nodes that were killed or stopped.</summary>
    public IEnumerable<string> LinesOfFormer => _former;

    /// <summary>Looks from that host until the cluster is as wanted.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> UntilAsync(int host, Func<ClusterState, bool> condition, string what, TimeSpan? patience = null)
    {
        var begun = Stopwatch.GetTimestamp();
        ClusterState? state = null;
        while (Stopwatch.GetElapsedTime(begun) < (patience ?? TimeSpan.FromMinutes(2)))
        {
            state = await LookAsync(host);
            if (state is not null && condition(state))
            {
                return Stopwatch.GetElapsedTime(begun);
            }
        }

        throw new TimeoutException($"{what} did not come; host {host} sees {state}; the nodes said:\n{Tails()}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            if (node is not null)
            {
                await node.DisposeAsync();
            }
        }

        await Network.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private string Folder(int host) => Path.Combine(_folder.FullName, $"{host}");

    private string Ledger(int host) => Path.Combine(_folder.FullName, $"ledger-{host}");

    private string Tails() => string.Join('\n', Enumerable.Range(0, Count).Where(host => _nodes[host] is not null)
        .Select(host => $"-- host {host}, node {NodeId(host)[..8]}\n{string.Join('\n', this[host].Lines.TakeLast(40))}"));
}

/// <summary>What the console's status tells, as far as these tests ask.</summary>
/// <param name="Accepted">Shares the pool took in this session.</param>
internal sealed record ClusterState(long Accepted, long Rejected, IReadOnlyDictionary<string, NodeState> Nodes)
{
    public int Mining => Nodes.Values.Count(node => node.State == "mining");

    public static ClusterState Read(string json)
    {
        using var status = JsonDocument.Parse(json);
        var pool = status.RootElement.GetProperty("pool");
        return new(pool.GetProperty("accepted").GetInt64(), pool.GetProperty("rejected").GetInt64(), status.RootElement.GetProperty("peers").EnumerateArray().ToDictionary(
            peer => peer.GetProperty("work").GetProperty("node").GetString()!,
            peer => new NodeState(
                peer.GetProperty("state").GetString()!, peer.GetProperty("work").GetProperty("accepted").GetInt64(),
                peer.GetProperty("work").GetProperty("quarantined").GetBoolean(), peer.GetProperty("work").GetProperty("gone").GetBoolean())));
    }

    public override string ToString() => $"{Accepted} accepted, {string.Join(", ", Nodes.Select(node => $"{node.Key[..8]} {node.Value}"))}";
}

internal sealed record NodeState(string State, long Accepted, bool Quarantined, bool Gone);
