using System.Collections.Immutable;
using P2PMiner.Datasets;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// The hashing of one process: its threads, the dataset they share and their rates. Lives as long as the process, outside the
/// Orleans host. All members are safe from any thread and none blocks its caller.
/// </summary>
public interface IHashEngine
{
    /// <summary>
    /// Makes the dataset of a seed and gives it to the hashing threads; completes when they can search with it. Returns at once when it is ready
    /// already. A call for another seed ends an earlier one, which then throws <see cref="OperationCanceledException"/>. GhostRider has no dataset and
    /// <see cref="Seed.None"/>: its threads get their scratchpads, and if this machine was not measured yet, that is done first. Another
    /// algorithm takes the memory of the one before, and unless somebody chose a number of threads, has its own.
    /// </summary>
    /// <exception cref="HashEngineException">No memory even for light mode, or the algorithm is not available.</exception>
    Task PrepareAsync(Algorithm algorithm, Seed seed, CancellationToken cancellation);

    /// <summary>Says which seed comes next, so that it can be prepared while memory allows. A hint; never fails.</summary>
    void ExpectSeed(Algorithm algorithm, Seed seed);

    /// <summary>
    /// Queues a slice for the next free hashing thread. Completes with all nonces done, or with fewer when <see cref="Preempt"/> overtook it,
    /// or with none when the slice's seed is not the prepared one. Where that is being made anew for another number of threads, it waits.
    /// </summary>
    Task<SliceResult> SearchAsync(SearchSlice slice);

    /// <summary>
    /// A slice of another node, for the threads that use what the own mining leaves idle: the same dataset, a queue of its own, lower priority.
    /// Generations mean nothing here: <paramref name="cancellation"/> ends it, at once when it is queued and within one hash when it runs,
    /// with the nonces done so far. So does another seed. None are done when the slice's seed is not the prepared one, or there are no such threads. RandomX
    /// only: what GhostRider needs, every node has.
    /// </summary>
    Task<SliceResult> SearchAsGuestAsync(SearchSlice slice, CancellationToken cancellation);

    /// <summary>
    /// Hashes inputs of another node in order, on the threads of <see cref="SearchAsGuestAsync"/> and ended by the same; returns the hashes
    /// done.
    /// </summary>
    Task<ImmutableArray<Hash256>> HashAsGuestAsync(HashBatch batch, CancellationToken cancellation);

    /// <summary>
    /// Ends slices of generations below <paramref name="generation"/>, queued ones at once and running ones within one hash; with GhostRider within some
    /// milliseconds, but without the unfinished hashes.
    /// </summary>
    void Preempt(ulong generation);

    /// <summary>
    /// One hash outside the mining: verification. Runs on a thread of its own, from the dataset where the seed is the prepared one and in light
    /// mode otherwise.
    /// </summary>
    ValueTask<Hash256> HashAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input, CancellationToken cancellation);

    /// <summary>
    /// One hash from scratch: the self-test anew, then a cache of its own in light mode, so that nothing which this process keeps in memory
    /// takes part. For when another node's hash and that of <see cref="HashAsync"/> differ. Takes about a second and 256 MiB; one at a
    /// time.
    /// </summary>
    /// <exception cref="HashSelfTestException">This node hashes wrongly.</exception>
    /// <exception cref="HashEngineException">No memory for it.</exception>
    Task<Hash256> RecomputeAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input);

    /// <summary>Changes how many threads hash, 1 or more; surplus ones stop after their slice.</summary>
    void SetThreads(int threads);

    /// <summary>A snapshot; cheap enough to ask for every second.</summary>
    EngineStatus GetStatus();
}
