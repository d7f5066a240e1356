using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// How one kind of algorithm gets ready to hash. What the engine and its threads know of an algorithm is what this tells them: a dataset, which may be
/// empty, and with it how each thread makes its context.
/// </summary>
internal abstract class AlgorithmSetup
{
    /// <summary>What is being made, as progress lines name it.</summary>
    public abstract string Stage { get; }

    /// <summary>Its threads can hash for nodes with too little memory.</summary>
    public abstract bool ServesGuests { get; }

    /// <summary>A seed is known before it is needed, and its dataset can be made ahead.</summary>
    public abstract bool HasNextSeed { get; }

    /// <summary>Another number of threads needs another setup.</summary>
    public abstract bool DependsOnThreads { get; }

    /// <summary>
    /// Takes the memory that all threads share, and settles how their contexts are made. Runs on a hashing thread while no other hashes;
    /// the memory of what was in use before has gone back.
    /// </summary>
    /// <exception cref="HashEngineException">No memory, or the machine hashes wrongly.</exception>
    /// <exception cref="OperationCanceledException">Overtaken.</exception>
    public abstract HashDatasetHandle Create(Algorithm algorithm, Seed seed, SetupRun run);

    /// <summary>
    /// Settles what only a finished dataset can tell about how threads hash with it. Runs on a hashing thread while no other hashes, before
    /// their contexts are made.
    /// </summary>
    /// <exception cref="HashSelfTestException">The machine hashes wrongly.</exception>
    /// <exception cref="OperationCanceledException">Overtaken.</exception>
    public virtual void Settle(HashDatasetHandle dataset, SetupRun run)
    {
    }

    /// <summary>How much of a dataset so many items are; none where the algorithm has no dataset.</summary>
    public abstract DatasetMode ModeOf(ulong items);

    /// <summary>Says once that hashing can begin.</summary>
    /// <param name="pads">What the threads' contexts hold.</param>
    public abstract void LogReady(DatasetBuild build, NativeMemoryUse pads, int threads, TimeSpan took);

    /// <summary>Kernel and lanes, for the READY line; "" where there is nothing to tell.</summary>
    public virtual string Describe(HashDatasetHandle dataset) => "";
}

/// <summary>What a setup gets from the engine.</summary>
/// <param name="IsCancelled">Asked now and then by what takes long.</param>
/// <param name="Report">Told progress from 0 to 1.</param>
/// <param name="Settle">Gives the calling thread the priority and CPU of the hashing thread with this number.</param>
internal sealed record SetupRun(int Threads, Func<bool> IsCancelled, Action<double> Report, Action<int> Settle);
