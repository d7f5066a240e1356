using System.Diagnostics.CodeAnalysis;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// The making of one dataset as a sequence of steps that any number of threads take: create, fill in chunks, finish, adopt; where memory is scarce,
/// the items' memory is inherited in between. Knows what
/// is to be done next, does none of it. Not thread-safe: every member is used under the engine's lock.
/// </summary>
internal sealed class DatasetBuild(Algorithm algorithm, Seed seed, AlgorithmSetup setup)
{
    /// <summary>Progress of a build that lacks nothing but the threads' contexts, which take a moment too.</summary>
    private const double AlmostDone = 0.999;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Phase _phase = Phase.New;
    private double _createProgress;
    private ulong _toFill;
    private ulong _given;
    private ulong _filled;

    private enum Phase
    {
        New,
        Creating,
        Cached,
        Inheriting,
        Filling,
        Finishing,
        Made,
        Adopting,
        Over,
    }

    public Algorithm Algorithm { get; } = algorithm;

    public Seed Seed { get; } = seed;

    public AlgorithmSetup Setup { get; } = setup;

    /// <summary>It takes the place of one for the same seed.</summary>
    public bool Renews { get; init; }

    public HashDatasetHandle? Dataset { get; private set; }

    /// <summary>Of a RandomX dataset, in memory.</summary>
    public ulong Items => Dataset?.Items ?? RandomXItems.None;

    public NativeMemoryUse Memory { get; private set; }

    /// <summary>When its first step was taken.</summary>
    public long StartedAt { get; private set; }

    /// <summary>Steps taken and not yet completed.</summary>
    public int StepsInFlight { get; private set; }

    public bool IsCancelled { get; private set; }

    /// <summary>Completes when the dataset is adopted, fails with what stopped it.</summary>
    public Task Completion => _done.Task;

    public double Progress => _phase switch
    {
        Phase.New => 0,
        Phase.Creating => _createProgress,
        Phase.Cached or Phase.Inheriting => 0,
        Phase.Filling => _toFill == 0 ? AlmostDone : Math.Min((double)_filled / _toFill, AlmostDone),
        Phase.Over => 1,
        _ => AlmostDone,
    };

    public bool IsFor(Algorithm algorithm, Seed seed) => Algorithm == algorithm && Seed == seed;

    /// <param name="mayCreate">The memory that must go back first has gone back.</param>
    /// <param name="mayAdopt">This build is the wanted one, and no thread hashes.</param>
    /// <param name="chunkItems">How many items the caller likes to compute in one go, 1 or more.</param>
    public bool TryTakeStep(bool mayCreate, bool mayAdopt, ulong chunkItems, long now, [NotNullWhen(true)] out BuildStep? step)
    {
        step = null;
        if (IsCancelled)
        {
            return false;
        }

        switch (_phase)
        {
            case Phase.New when mayCreate:
                (_phase, StartedAt, step) = (Phase.Creating, now, new(BuildStepKind.Create));
                break;
            case Phase.Cached when mayAdopt:
                (_phase, step) = (Phase.Inheriting, new(BuildStepKind.Inherit));
                break;
            case Phase.Filling when _given < _toFill:
                var count = Math.Min(chunkItems, _toFill - _given);
                step = new(BuildStepKind.Fill, _given, count);
                _given += count;
                break;
            case Phase.Filling when _filled == _toFill:
                (_phase, step) = (Phase.Finishing, new(BuildStepKind.Finish));
                break;
            case Phase.Made when mayAdopt:
                (_phase, step) = (Phase.Adopting, new(BuildStepKind.Adopt));
                break;
        }

        StepsInFlight += step is null ? 0 : 1;
        return step is not null;
    }

    /// <param name="progress">0 to 1: below 1 until the create step is complete.</param>
    public void ReportCreate(double progress) => _createProgress = Math.Min(progress, AlmostDone);

    public void CompleteCreate(HashDatasetHandle dataset, ulong items, NativeMemoryUse memory)
    {
        StepsInFlight--;
        (Dataset, _toFill, Memory, _phase) = (dataset, items, memory, Phase.Filling);
    }

    /// <summary>Only the cache was made: the items need the memory of the dataset in use, once that is not wanted any more.</summary>
    public void CompleteCache(HashDatasetHandle dataset, NativeMemoryUse memory)
    {
        StepsInFlight--;
        (Dataset, Memory, _phase) = (dataset, memory, Phase.Cached);
    }

    public void CompleteInherit(ulong items, NativeMemoryUse memory)
    {
        StepsInFlight--;
        (_toFill, Memory, _phase) = (items, memory, Phase.Filling);
    }

    /// <summary>The create step found too little memory as things are; it may be taken again.</summary>
    public void PutCreateBack()
    {
        StepsInFlight--;
        _phase = Phase.New;
    }

    public void CompleteFill(ulong count)
    {
        StepsInFlight--;
        _filled += count;
    }

    public void CompleteFinish(NativeMemoryUse memory)
    {
        StepsInFlight--;
        (Memory, _phase) = (memory, Phase.Made);
    }

    public void CompleteAdopt()
    {
        StepsInFlight--;
        _phase = Phase.Over;
        _done.TrySetResult();
    }

    /// <summary>A step threw: no further one is given out.</summary>
    public void FailStep(Exception exception)
    {
        StepsInFlight--;
        (IsCancelled, _phase) = (true, Phase.Over);
        if (_done.TrySetException(exception))
        {
            // A build nobody waits for any more may fail unobserved.
            _ = _done.Task.Exception;
        }
    }

    public void Cancel()
    {
        IsCancelled = true;
        _done.TrySetCanceled();
    }
}
