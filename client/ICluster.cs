using P2PMiner.Alerts;
using P2PMiner.Doctor;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Keys;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Security;

namespace P2PMiner.Client;

/// <summary>The cluster as the console sees it. Nodes are named by their full id.</summary>
internal interface ICluster
{
    Task<PoolStatus> GetPoolAsync();

    Task<JobStatus> GetJobAsync();

    /// <summary>Null: the node does not answer.</summary>
    Task<PeerStatus?> GetPeerAsync(string node);

    /// <summary>What a node finds wrong with itself and its machine; null: it does not answer.</summary>
    Task<NodeReport?> ExamineAsync(string node);

    Task<AlertStatus> GetAlertsAsync();

    /// <summary>Has the master send a test message. For each place whether it was taken; empty: there is none.</summary>
    Task<IReadOnlyList<AlertSinkStatus>> TestAlertsAsync();

    Task PauseAsync(string node);

    Task ResumeAsync(string node);

    Task DrainAsync(string node);

    Task SetThreadsAsync(string node, int threads);

    Task<BenchResult> BenchAsync(string node, TimeSpan duration);

    Task QuarantineAsync(string node);

    Task ReleaseAsync(string node);

    /// <returns>Null: done; otherwise why not. The same for the next three.</returns>
    Task<string?> AddPoolAsync(NewPool pool);

    Task<string?> RemovePoolAsync(string url);

    Task<string?> SwitchPoolAsync(string url);

    Task<string?> SetAlgorithmsAsync(IReadOnlyList<Algorithm> algorithms);

    /// <summary>The key that the console's own connections use.</summary>
    ClusterKeyRing Keys { get; }

    /// <summary>Every node with a silo in the membership table, the dead ones too.</summary>
    Task<IReadOnlyList<MemberNode>> GetMembersAsync();

    /// <returns>Null: done; otherwise why not, where "no answer" is one of the reasons. The same for the next.</returns>
    Task<string?> AcceptKeyAsync(string node, KeyOffer offer);

    Task<string?> SwitchKeyAsync(string node, string keyId);

    /// <summary>Takes effect only if the node answers.</summary>
    Task WithdrawKeyAsync(string node, string keyId);
}
