using P2PMiner.Alerts;
using P2PMiner.Client;
using P2PMiner.Doctor;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Keys;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Security;
using P2PMiner.Silo.Tests.Terminal;

namespace P2PMiner.Silo.Tests.Client;

/// <summary>Two nodes whose ids begin alike.</summary>
internal sealed class FakeCluster : ICluster
{
    public const string First = "aa010000000000000000000000000000";
    public const string Second = "aa020000000000000000000000000000";

    /// <summary>Its silo is gone.</summary>
    public const string Lost = "aa030000000000000000000000000000";

    /// <summary>What the pool's commands and the measurement answer; null: done.</summary>
    public string? Refusal { get; set; }

    /// <summary>What the nodes mine.</summary>
    public Algorithm Algorithm { get; set; }

    /// <summary>The second node does not answer.</summary>
    public bool SecondIsSilent { get; set; }

    public List<string> Calls { get; } = [];

    /// <summary>What it says instead of the usual. So for the next two.</summary>
    public PoolStatus? Pool { get; set; }

    public JobStatus? Job { get; set; }

    public PeerStatus? Peer { get; set; }

    public Task<PoolStatus> GetPoolAsync()
        => Task.FromResult(Pool ?? new PoolStatus
        {
            State = PoolState.Connected, Pool = "pool.example:1", Uptime = TimeSpan.FromSeconds(90.5), Accepted = 3,
            SkippedMessages = 41, RetriedRequests = 42, RefusedRequests = 43, Pools = ["stratum+tcp://pool.example:1"],
            Algorithms = [Algorithm.RandomX]
        });

    public Task<JobStatus> GetJobAsync() => Task.FromResult(Job ?? LineTests.Job() with
    {
        Peers = [First, Second],
        Nodes = [Work(First), Work(Second), Work(Lost) with { Gone = true }],
        Shares = new Dictionary<ShareOutcome, long> { [ShareOutcome.Accepted] = 3 },
    });

    public Task<PeerStatus?> GetPeerAsync(string node)
    {
        Assert.True(NodeId.TryParse(node, out var id));
        Assert.NotEqual(Lost, node);
        return Task.FromResult(SecondIsSilent && node == Second ? null : Peer ?? new PeerStatus
        {
            Node = id, State = PeerState.Mining, Rates = new() { TenSeconds = new(123.456), Current = new(123.456) }, Threads = 2,
            DatasetMode = "fast", DatasetProgress = 1, Algorithm = Algorithm,
            Capabilities = new()
            {
                HostName = "host[1]", Cpu = "A CPU", Cores = 2, Threads = 2, L2Bytes = 1, L3Bytes = 1, RamTotalBytes = 1,
                RamUsableBytes = 1, Isa = ["aes"], Version = "0.1.0",
            },
        });
    }

    /// <summary>What each node finds; those without an entry do not answer.</summary>
    public Dictionary<string, NodeReport> Reports { get; } = [];

    public Task<NodeReport?> ExamineAsync(string node) => Task.FromResult(Reports.GetValueOrDefault(node));

    public AlertStatus Alerts { get; set; } = new() { Sinks = [], Rules = [], Open = [] };

    public Task<AlertStatus> GetAlertsAsync() => Task.FromResult(Alerts);

    public Task<IReadOnlyList<AlertSinkStatus>> TestAlertsAsync() => Task.FromResult(Alerts.Sinks);

    public Task PauseAsync(string node) => CallAsync($"pause {node}");

    public Task ResumeAsync(string node) => CallAsync($"resume {node}");

    public Task DrainAsync(string node) => CallAsync($"drain {node}");

    public Task SetThreadsAsync(string node, int threads) => CallAsync($"threads {node} {threads}");

    public async Task<BenchResult> BenchAsync(string node, TimeSpan duration)
    {
        await CallAsync($"bench {node} {duration.TotalSeconds}");
        return new()
        {
            Refusal = Refusal, Rate = new(500), Hashes = 5000, Elapsed = duration, Threads = 2, Algorithm = Algorithm.RandomX,
            DatasetMode = "fast"
        };
    }

    public Task QuarantineAsync(string node) => CallAsync($"quarantine {node}");

    public Task ReleaseAsync(string node) => CallAsync($"release {node}");

    public Task<string?> AddPoolAsync(NewPool pool) => CallAsync($"add {pool.Url} {pool.User} {pool.Pass} {pool.TlsStrict} {pool.RigId}");

    public Task<string?> RemovePoolAsync(string url) => CallAsync($"remove {url}");

    public Task<string?> SwitchPoolAsync(string url) => CallAsync($"switch {url}");

    public Task<string?> SetAlgorithmsAsync(IReadOnlyList<Algorithm> algorithms) => CallAsync($"algo {string.Join(' ', algorithms)}");

    public ClusterKeyRing Keys { get; } = new(ClusterKey.NewRandom(), TimeProvider.System);

    /// <summary>What each node answers to an offer; null, as where there is no entry: it accepts.</summary>
    public Dictionary<string, string?> Acceptances { get; } = [];

    /// <summary>As <see cref="Acceptances"/>, to being told to go by the key.</summary>
    public Dictionary<string, string?> Switches { get; } = [];

    /// <summary>Called at each look at the members, with how many there were before.</summary>
    public Func<int, IReadOnlyList<MemberNode>> Members { get; set; }
        = _ => [new(First, MemberState.Active), new(Second, MemberState.Active), new(Lost, MemberState.Gone)];

    public KeyOffer? Offered { get; private set; }

    private int _looks;

    public Task<IReadOnlyList<MemberNode>> GetMembersAsync() => Task.FromResult(Members(_looks++));

    public async Task<string?> AcceptKeyAsync(string node, KeyOffer offer)
    {
        Offered = offer;
        await CallAsync($"accept {node}");
        return Acceptances.GetValueOrDefault(node);
    }

    public async Task<string?> SwitchKeyAsync(string node, string keyId)
    {
        Assert.Equal(JoinToken.Read(Offered!.Token).Id, keyId);
        await CallAsync($"switch key {node}");
        return Switches.GetValueOrDefault(node);
    }

    public Task WithdrawKeyAsync(string node, string keyId) => CallAsync($"withdraw {node}");

    private Task<string?> CallAsync(string call)
    {
        Calls.Add(call);
        return Task.FromResult(Refusal);
    }

    private static NodeWork Work(string node) => new()
    {
        Node = NodeId.TryParse(node, out var id) ? id
            : default, TakesWork = true, Gone = false, Quarantined = false, Rate = new(100), HashesDone = 1, Accepted = 1, Invalid = 0,
        Silent = TimeSpan.FromSeconds(1),
    };
}
