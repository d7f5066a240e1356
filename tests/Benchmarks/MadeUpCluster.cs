using P2PMiner.Doctor;
using P2PMiner.Grains.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Api;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Benchmarks;

/// <summary>A cluster whose nodes all answer at once, each the same.</summary>
internal sealed class MadeUpCluster(NodeId self, JobStatus job, PoolStatus pool) : IMinerConsoleSource, IApiSource
{
    public NodeId Node => self;

    public PeerCapabilities Capabilities { get; } = new()
    {
        HostName = "machine", Cpu = "Example CPU", Cores = 16, Threads = 16, L2Bytes = 8 << 20, L3Bytes = 32 << 20, RamTotalBytes = 32L << 30,
        RamUsableBytes = 16L << 30, Isa = ["aes", "avx2"], Version = "1.0.0",
    };

    public double? Celsius => null;

    public double? Watts => null;

    public long Rebuilds => 0;

    public EngineStatus GetEngine() => new() { Threads = 16, Rates = default };

    public ValueTask<PoolStatus> GetPoolAsync() => ValueTask.FromResult(pool);

    public ValueTask<JobStatus> GetJobAsync() => ValueTask.FromResult(job);

    public Task<PeerStatus?> GetPeerAsync(NodeId node) => Task.FromResult<PeerStatus?>(new()
    {
        Node = node, Capabilities = Capabilities, State = PeerState.Mining, Rates = new() { Current = new(5000) }, Threads = 16, DatasetMode = "fast",
        DatasetProgress = 1,
    });

    public Task PauseAsync() => Task.CompletedTask;

    public Task ResumeAsync() => Task.CompletedTask;

    public TalliedShares GetShares() => new(default, new Dictionary<ShareOutcome, long>(), 0, [], null);

    public MasterView GetCluster() => MasterView.Initial;

    public ValueTask<ClusterCounts> GetCountsAsync() => ValueTask.FromException<ClusterCounts>(new TimeoutException("not counted"));

    public Task<NodeLog?> GetLogAsync(NodeId node) => Task.FromResult<NodeLog?>(null);
}
