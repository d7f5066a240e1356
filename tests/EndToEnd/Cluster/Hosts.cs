using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>
/// Nodes with one cluster key, each on a host of its own. They mine in light mode with one thread unless told otherwise, on the practice pool of whoever
/// is master or on one pool of the test.
/// </summary>
internal sealed class Hosts : IAsyncDisposable
{
    private static readonly TimeSpan ConsoleLimit = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p2p-hosts-");
    private readonly IHostNetwork _network;
    private readonly PoolHost? _pool;
    private readonly MinerProcess?[] _nodes;
    private readonly string[] _programs;
    private readonly List<string>[] _linesOf;
    private readonly List<string> _former = [];

    private Hosts(IHostNetwork network, PoolHost? pool, int count)
    {
        (_network, _pool, _nodes) = (network, pool, new MinerProcess?[count]);
        _programs = [.. Enumerable.Repeat(MinerProcess.Program, count)];
        _linesOf = [.. Enumerable.Range(0, count).Select(_ => new List<string>())];
    }

    /// <summary>Where it can be cut and slowed down.</summary>
    public VirtualNetwork Network => _network as VirtualNetwork ?? throw new InvalidOperationException("the kernel switches this network");

    public int Count => _nodes.Length;

    /// <summary>The one pool of all.</summary>
    public PracticePool Pool => _pool?.Pool ?? throw new InvalidOperationException("each master has a practice pool of its own");

    /// <summary>For the nodes that are started from now on.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Of all nodes, also those that run no more.</summary>
    public IEnumerable<string> Ledgers => Enumerable.Range(0, Count).Select(Ledger).Where(File.Exists);

    public MinerProcess this[int host] => _nodes[host] ?? throw new InvalidOperationException($"no node runs on host {host}");

    /// <param name="pool">One pool for all, on a host of its own; null: each master has its own.</param>
    public static async Task<Hosts> CreateAsync(int count, PracticePoolOptions? pool = null)
    {
        var network = await VirtualNetwork.CreateAsync(count + (pool is null ? 0 : 1));
        return await CreateAsync(network, pool is null ? null : await PoolHost.StartAsync(network, count, pool), count);
    }

    /// <summary>On the first hosts of a network, which it takes over; each master has a practice pool of its own.</summary>
    public static Task<Hosts> CreateAsync(IHostNetwork network, int count) => CreateAsync(network, null, count);

    private static async Task<Hosts> CreateAsync(IHostNetwork network, PoolHost? pool, int count)
    {
        var hosts = new Hosts(network, pool, count);
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

    public void Start(int host, params IEnumerable<string> options)
    {
        string[] given = [.. options];
        _nodes[host] = MinerProcess.StartOn(
            _network.Namespace(host), _programs[host], Folder(host), new(Environment)
            {
                ["P2P_LEDGER__FILE"] = Ledger(host),
                ["P2P_PRACTICEPOOL__STARTDIFFICULTY"] = "15",
                ["P2P_PRACTICEPOOL__MINDIFFICULTY"] = "15",
                ["P2P_PRACTICEPOOL__MAXDIFFICULTY"] = "15",
            }, [.. _pool is null ? ["--practice"] : _pool.OptionsOf(host), .. Unless("--randomx-mode", "light"), .. Unless("--threads", "1"), .. given]);

        string[] Unless(string option, string value) => given.Contains(option) ? [] : [option, value];
    }

    /// <summary>From its next start on, that host's node is of another build of the program.</summary>
    public void Install(int host, string program) => _programs[host] = program;

    /// <summary>
    /// From now on that host's program is a copy of the real one with another hashing library: what its searches find is wrong by a bit
    /// (native/tests/faulty_search.cpp).
    /// </summary>
    public void MakeFaulty(int host)
    {
        var library = Path.Combine(AppContext.BaseDirectory, "faulty", "libp2ph.so");
        Assert.True(File.Exists(library), $"{library} is missing: make test and make soak build it");
        var original = Path.GetDirectoryName(MinerProcess.Program)!;
        var copy = Directory.CreateDirectory(Path.Combine(_folder.FullName, $"program-{host}")).FullName;
        foreach (var file in Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy, Path.GetRelativePath(original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        File.Copy(library, Path.Combine(copy, "libp2ph.so"), overwrite: true);
        _programs[host] = Path.Combine(copy, Path.GetFileName(MinerProcess.Program));
    }

    /// <summary>kill -9, and what is left of the process.</summary>
    public async Task KillAsync(int host)
    {
        var node = this[host];
        node.Kill();
        await node.WaitForExitAsync(ConsoleLimit);
        Forget(host, node);
        await node.DisposeAsync();
    }

    /// <summary>As Ctrl-C does; nothing where no node runs.</summary>
    public async Task StopAsync(int host)
    {
        if (_nodes[host] is { } node)
        {
            node.Interrupt();
            await node.WaitForExitAsync(ConsoleLimit);
            Forget(host, node);
            await node.DisposeAsync();
        }
    }

    /// <summary>The data folder of the node on the host, with the cluster key.</summary>
    public string Folder(int host) => Path.Combine(_folder.FullName, $"{host}");

    /// <summary>Which node is on the host.</summary>
    public string NodeId(int host) => File.ReadAllText(Path.Combine(Folder(host), "node-id")).Trim();

    /// <summary>The cluster as the console on that host tells it; null: it has no answer now.</summary>
    /// <param name="console">Of another build; null: this one's.</param>
    public async Task<ClusterState?> LookAsync(int host, string? console = null)
    {
        var (exitCode, output) = await MinerProcess.RunConsoleOnAsync(_network.Namespace(host), Folder(host), ConsoleLimit, console, "status", "--json");
        return exitCode == 0 ? ClusterState.Read(output) : null;
    }

    /// <summary>Runs a console command on that host; it may be refused, or find no cluster.</summary>
    public Task<(int ExitCode, string Output)> TryCommandAsync(int host, params string[] command)
        => MinerProcess.RunConsoleOnAsync(_network.Namespace(host), Folder(host), ConsoleLimit, null, command);

    /// <summary>The console's prompt on that host.</summary>
    public MinerProcess OpenConsole(int host) => MinerProcess.StartConsoleOn(_network.Namespace(host), Folder(host));

    public bool IsRunning(int host) => _nodes[host] is not null;

    /// <summary>All lines of that host's nodes, former ones first.</summary>
    public IReadOnlyList<string> LinesOf(int host) => [.. _linesOf[host], .. _nodes[host]?.Lines ?? []];

    /// <summary>All lines of nodes that were killed or stopped.</summary>
    public IEnumerable<string> LinesOfFormer => _former;

    /// <summary>All lines of all nodes so far.</summary>
    public IEnumerable<string> Lines => [.. _former, .. _nodes.OfType<MinerProcess>().SelectMany(node => node.Lines)];

    /// <summary>Looks from that host until the cluster is as wanted.</summary>
    /// <returns>How long that took.</returns>
    /// <param name="console">Of another build; null: this one's.</param>
    public async Task<TimeSpan> UntilAsync(
        int host, Func<ClusterState, bool> condition, string what, TimeSpan? patience = null, string? console = null)
    {
        var begun = Stopwatch.GetTimestamp();
        ClusterState? state = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                state = await LookAsync(host, console);
                return (state is not null && condition(state)) || AssertNoneHasEnded();
            },
            what, patience ?? TimeSpan.FromMinutes(5), found: () => $"{state}, as host {host} sees it; the nodes said:\n{Tails()}");
        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>Waits for what the nodes' own lines tell: a console that asks all the time would take the CPUs that they need.</summary>
    public Task UntilAsync(Func<bool> condition, string what, TimeSpan patience)
        => Eventually.HoldsAsync(() => condition() || AssertNoneHasEnded(), what, patience, found: Tails);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            if (node is not null)
            {
                await node.DisposeAsync();
            }
        }

        if (_pool is not null)
        {
            await _pool.DisposeAsync();
        }

        await _network.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private void Forget(int host, MinerProcess node)
    {
        _nodes[host] = null;
        _former.AddRange(node.Lines);
        _linesOf[host].AddRange(node.Lines);
    }

    private string Ledger(int host) => Path.Combine(_folder.FullName, $"ledger-{host}");

    /// <summary>None by itself: whom a test stops is no longer among them.</summary>
    /// <returns>False: go on waiting.</returns>
    private bool AssertNoneHasEnded()
    {
        if (_nodes.OfType<MinerProcess>().Any(node => node.HasExited))
        {
            Assert.Fail($"a node has ended; the nodes said:\n{Tails()}");
        }

        return false;
    }

    private string Tails() => string.Join('\n', Enumerable.Range(0, Count).Where(host => _nodes[host] is not null)
        .Select(host => $"-- host {host}, node {NodeId(host)[..8]}{(this[host].HasExited ? ", has ended" : "")}\n{string.Join('\n', this[host].Lines.TakeLast(40))}"));
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
        return new(pool.GetProperty("accepted").GetInt64(), pool.GetProperty("rejected").GetInt64(), status.RootElement.GetProperty("peers")
            .EnumerateArray().ToDictionary(
            peer => peer.GetProperty("work").GetProperty("node").GetString()!,
            peer => new NodeState(
                peer.GetProperty("state").GetString()!, peer.GetProperty("work").GetProperty("accepted").GetInt64(),
                peer.GetProperty("work").GetProperty("quarantined").GetBoolean(), peer.GetProperty("work").GetProperty("gone").GetBoolean())));
    }

    public override string ToString() => $"{Accepted} accepted, {string.Join(", ", Nodes.Select(node => $"{node.Key[..8]} {node.Value}"))}";
}

internal sealed record NodeState(string State, long Accepted, bool Quarantined, bool Gone);
