using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Tests.Terminal;

internal sealed class FakeConsoleSource : IMinerConsoleSource
{
    public List<string> Calls { get; } = [];

    public Exception? Failure { get; set; }

    public EngineStatus Engine { get; set; } = new() { Threads = 2, Rates = new() { TenSeconds = new(100) } };

    public EngineStatus GetEngine() => Engine;

    public PoolStatus Pool { get; set; } = new() { State = PoolState.Connected, Pool = "pool.example:1" };

    public JobStatus Job { get; set; } = LineTests.Job();

    /// <summary>Those that answer.</summary>
    public List<PeerStatus> Peers { get; } = [];

    public ValueTask<PoolStatus> GetPoolAsync() => Failure is null ? ValueTask.FromResult(Pool) : ValueTask.FromException<PoolStatus>(Failure);

    public ValueTask<JobStatus> GetJobAsync() => Failure is null ? ValueTask.FromResult(Job) : ValueTask.FromException<JobStatus>(Failure);

    public Task<PeerStatus?> GetPeerAsync(NodeId node) => Task.FromResult(Peers.Find(peer => peer.Node == node));

    public Task PauseAsync()
    {
        Calls.Add("pause");
        return Task.CompletedTask;
    }

    public Task ResumeAsync()
    {
        Calls.Add("resume");
        return Task.CompletedTask;
    }
}
