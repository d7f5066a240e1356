using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Steering;

namespace P2PMiner.Silo.Tests.Steering;

/// <summary>Writes down what it is told to do, and does nothing.</summary>
internal sealed class FakeSteering : IClusterSteering
{
    public const string JoinLine = "p2p-miner join p2p1-made-for-the-test";

    private readonly List<string> _calls = [];

    /// <summary>In the order they came.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public NewPool? Added { get; private set; }

    /// <summary>What the cluster answers instead of doing it; null: done.</summary>
    public string? Refusal { get; set; }

    /// <summary>Asked for each call; null: it has an answer.</summary>
    public Func<string, Exception?> Failure { get; set; } = _ => null;

    public NodeId Self { get; } = new(UInt128.One << 100);

    public Task PauseAsync(NodeId node) => Call($"pause {node}");

    public Task ResumeAsync(NodeId node) => Call($"resume {node}");

    public Task DrainAsync(NodeId node) => Call($"drain {node}");

    public Task SetThreadsAsync(NodeId node, int threads) => Call($"threads {node} {threads}");

    public Task QuarantineAsync(NodeId node) => Call($"quarantine {node}");

    public Task ReleaseAsync(NodeId node) => Call($"release {node}");

    public Task<string?> AddPoolAsync(NewPool pool)
    {
        Added = pool;
        return Call($"pool/add {pool.Url}");
    }

    public Task<string?> RemovePoolAsync(string url) => Call($"pool/remove {url}");

    public Task<string?> SwitchPoolAsync(string url) => Call($"pool/switch {url}");

    public string Invite() => Call("invite").IsFaulted ? throw new InvalidOperationException("the folder cannot be written") : JoinLine;

    private Task<string?> Call(string call)
    {
        lock (_calls)
        {
            _calls.Add(call);
        }

        return Failure(call) is { } failure ? Task.FromException<string?>(failure) : Task.FromResult(Refusal);
    }
}
