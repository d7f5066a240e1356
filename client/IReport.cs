using P2PMiner.Alerts;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Client;

/// <summary>How answers are written.</summary>
internal interface IReport
{
    void Status(PoolStatus pool, JobStatus job, IReadOnlyList<ClusterNode> nodes);

    void Peers(IReadOnlyList<ClusterNode> nodes);

    void Job(JobStatus job);

    void Pool(PoolStatus pool);

    void Doctor(ClusterFindings findings);

    void Alerts(AlertStatus status);

    /// <param name="sinks">What became of a test message at each.</param>
    void AlertTest(IReadOnlyList<AlertSinkStatus> sinks);

    void Bench(string node, BenchResult result);

    /// <param name="join">The new join line, secret; null: do not show it.</param>
    void Rotated(KeyRotationResult rotation, string? join);

    /// <param name="what">"paused", "pool added" ...</param>
    /// <param name="which">Node ids, URLs or names.</param>
    /// <param name="notes">What the person should know of it, a sentence each.</param>
    void Done(string what, IReadOnlyList<string> which, params IReadOnlyList<string> notes);
}
