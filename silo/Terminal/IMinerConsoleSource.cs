using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Silo.Terminal;

/// <summary>What the console shows of this node, and the two things its keys can do. Safe from any thread.</summary>
internal interface IMinerConsoleSource
{
    /// <summary>This node's engine; asked for several times a second.</summary>
    EngineStatus GetEngine();

    ValueTask<PoolStatus> GetPoolAsync();

    ValueTask<JobStatus> GetJobAsync();

    /// <summary>Any node of the cluster, by its id. Null: it does not answer.</summary>
    Task<PeerStatus?> GetPeerAsync(NodeId node);

    /// <summary>Stops this node's hashing until <see cref="ResumeAsync"/>. Both log that they did.</summary>
    Task PauseAsync();

    Task ResumeAsync();
}
