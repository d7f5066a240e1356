using P2PMiner.Peers;

namespace P2PMiner.Jobs;

/// <summary>One node's mining. Key: the node id; lives on that node's silo.</summary>
[Alias("p2p.IPeerGrain")]
public interface IPeerGrain : IGrainWithStringKey
{
    /// <summary>Longest measurement of <see cref="BenchAsync"/>, in seconds.</summary>
    const int MaxBenchSeconds = 60;

    /// <summary>
    /// Called by the node itself once its silo runs, and whenever there is another master: joins that session's work and leaves the former
    /// one. Does nothing if it already works for that session.
    /// </summary>
    [Alias("Start")]
    Task StartAsync(string session);

    /// <summary>New work from the job grain of a session, replacing what the peer has when its generation is later; null: no work, stop.</summary>
    /// <remarks>
    /// Ignored from any session except the current one. It takes no time, so a message without an answer is lost; the time limit is short
    /// because newer work may be waiting.
    /// </remarks>
    [Alias("Assign"), ResponseTimeout("00:00:05")]
    ValueTask AssignAsync(string session, WorkUnit? unit, ulong generation);

    [Alias("Pause")]
    ValueTask PauseAsync();

    /// <summary>Ends a pause or a drain.</summary>
    [Alias("Resume")]
    ValueTask ResumeAsync();

    /// <summary>Takes no more work and lets the threads finish what they are hashing, until told to resume.</summary>
    [Alias("Drain")]
    ValueTask DrainAsync();

    /// <summary>Changes how many threads hash, 1 to <see cref="PeerCapabilities.MaxThreads"/>, until the node ends.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another number.</exception>
    [Alias("SetThreads")]
    ValueTask SetThreadsAsync(int threads);

    /// <summary>
    /// Measures the node on all its threads with the dataset it has, for 1 to <see cref="MaxBenchSeconds"/> s; it does not mine meanwhile, and no nonce of a
    /// job is hashed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Another duration.</exception>
    [Alias("Bench"), ResponseTimeout("00:02:00")]
    Task<BenchResult> BenchAsync(TimeSpan duration);

    /// <summary>
    /// The job grain says that it has, or no longer has, this node in quarantine: for the state that is shown, and to end hashing that is
    /// of no use.
    /// </summary>
    [Alias("SetQuarantined")]
    ValueTask SetQuarantinedAsync(bool quarantined);

    [Alias("GetStatus")]
    ValueTask<PeerStatus> GetStatusAsync();
}
