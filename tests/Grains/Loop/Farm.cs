using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using P2PMiner.Grains.Hashing;
using P2PMiner.Grains.Peers;
using P2PMiner.Grains.Pool;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Pools.Practice;
using P2PMiner.TestKit;

namespace P2PMiner.Grains.Tests.Loop;

/// <summary>A practice pool, a relay before it, and some silos that mine on it together, all in this process.</summary>
internal sealed class Farm : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Node> _nodes = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p2p-farm-");
    private readonly RecordingLogger _log = new();

    private readonly Algorithm _algorithm;

    private Farm(PracticePoolOptions options, Algorithm algorithm)
    {
        _algorithm = algorithm;

        // The fake engine makes about a million hashes a second.
        (options.StartDifficulty, options.MinDifficulty) = (200_000, 50_000);
        (options.RequestsPerSecond, options.RequestBurst, options.ShareInterval) = (1000, 1000, TimeSpan.FromMilliseconds(100));
        Pool = new(options, new FakeHashEngine(), TimeProvider.System, NullLogger<PracticePool>.Instance);
        Pool.Start();
        Proxy = new(Pool.Endpoint);
    }

    public PracticePool Pool { get; }

    public ChaosProxy Proxy { get; }

    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Of the first node, which is the master.</summary>
    public string Session { get; private set; } = "";

    public IGrainFactory Client => _nodes[0].Host.Services.GetRequiredService<IGrainFactory>();

    public IEnumerable<string> Log => _log.Entries.Select(entry => entry.ToString());

    /// <summary>What nodes reported of themselves.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    public IEnumerable<string> Ledgers => _folder.EnumerateFiles().Select(file => file.FullName);

    public long Accepted => Pool.GetStatistics().Accepted;

    public static async Task<Farm> StartAsync(
        int silos, PracticePoolOptions pool, Action<PoolOptions>? configure = null, Action<FakeHashEngine>? engine = null, int? datasetHost = null,
        Action<FakeHashEngine, int>? engines = null, Action<ISiloBuilder>? configureSilo = null,
        Algorithm algorithm = Algorithm.RandomX)
    {
        var farm = new Farm(pool, algorithm);
        var primary = new IPEndPoint(IPAddress.Loopback, FreePorts.Take());
        for (var i = 0; i < silos; i++)
        {
            var node = farm.NewNode(i == 0 ? primary.Port : FreePorts.Take(), primary, configure, i == datasetHost, configureSilo);
            engine?.Invoke(node.Engine);
            engines?.Invoke(node.Engine, i);
            farm._nodes.Add(node);
            await node.Host.StartAsync();
        }

        farm.Session = farm._nodes[0].Id.ToString();
        await farm.Client.GetGrain<IPoolSessionGrain>(farm.Session).StartAsync();
        foreach (var node in farm._nodes)
        {
            await node.Host.Services.GetRequiredService<IGrainFactory>().GetGrain<IPeerGrain>(node.Id.ToString()).StartAsync(farm.Session);
        }

        return farm;
    }

    public Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public Task UntilAsync(Func<Task<bool>> condition, string what) => Eventually.HoldsAsync(condition, what, Patience, found: () => _log.Text);

    /// <summary>The hashes of a node that has been told to stop, once its threads have.</summary>
    public async Task<ulong> HashesAtRestAsync(int index)
    {
        await UntilAsync(() => _nodes[index].Engine.IsAtRest, $"the end of the last slice of node {index}");
        return _nodes[index].Engine.GetStatus().Rates.TotalHashes;
    }

    /// <summary>Takes a node out of the cluster; its ledger stays.</summary>
    public async Task StopAsync(Node node)
    {
        _nodes.Remove(node);
        using (node.Host)
        {
            await node.Host.StopAsync();
        }
    }

    /// <summary>Ends a node's silo without any farewell of its own: its mining neither pauses nor leaves.</summary>
    public async Task DropAsync(int index)
    {
        var node = _nodes[index];
        _nodes.RemoveAt(index);
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        using (node.Host)
        {
            await node.Host.StopAsync(now.Token);
        }
    }

    public IPeerGrain Peer(int index) => Client.GetGrain<IPeerGrain>(_nodes[index].Id.ToString());

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            using (node.Host)
            {
                await node.Host.StopAsync();
            }
        }

        await Proxy.DisposeAsync();
        await Pool.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Node NewNode(int port, IPEndPoint primary, Action<PoolOptions>? configure, bool isDatasetHost, Action<ISiloBuilder>? configureSilo)
    {
        var id = NodeId.NewRandom();
        var engine = new FakeHashEngine(threads: 1);
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(_log).SetMinimumLevel(LogLevel.Warning).AddFilter("P2PMiner", LogLevel.Information);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IHashEngine>(engine);
        builder.Services.AddSingleton<INodeFaults>(new FaultList(Faults));
        builder.Services.AddSingleton(new MiningAlgorithms([_algorithm]));
        builder.Services.AddSingleton(new HostProfile(id, HostCapabilities.Detect(_algorithm, new()), isDatasetHost));
        builder.Services.AddPoolOptions().AddMiningOptions().AddPools();
        builder.Services.Configure<PoolOptions>(pool =>
        {
            pool.Pools = [new() { Url = $"stratum+tcp://{Proxy.Endpoint}", User = "farm" }];
            pool.RetryPause = pool.LongestPause = TimeSpan.FromMilliseconds(100);
            configure?.Invoke(pool);
        });
        builder.Services.Configure<LedgerOptions>(ledger => ledger.File = Path.Combine(_folder.FullName, id.ToString()));
        builder.UseOrleans(silo =>
        {
            silo.Configure<SiloOptions>(options => options.SiloName = id.ToString());
            silo.UseLocalhostClustering(port, gatewayPort: 0, primary);
            silo.AddMiningGrains();
            configureSilo?.Invoke(silo);
        });
        return new(id, engine, builder.Build());
    }

    private sealed class FaultList(ConcurrentQueue<string> faults) : INodeFaults
    {
        public void Report(string fault) => faults.Enqueue(fault);
    }

    internal sealed record Node(NodeId Id, FakeHashEngine Engine, IHost Host);
}
