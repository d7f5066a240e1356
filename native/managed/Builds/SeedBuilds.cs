using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// Which datasets there are: the one in use, the one that all threads are making, the one of the next seed, and those that nobody wants
/// any more but a thread still works on. Knows which step is next, does none of it. Not thread-safe: every member is used under the
/// engine's lock.
/// </summary>
internal sealed class SeedBuilds(IReadOnlyDictionary<Algorithm, AlgorithmSetup> setups)
{
    private readonly List<DatasetBuild> _cancelled = [];
    private DatasetBuild? _ready;
    private DatasetBuild? _outgoing;
    private DatasetBuild? _wanted;
    private DatasetBuild? _next;
    private (Algorithm Algorithm, Seed Seed)? _expected;
    private bool _stopped;

    /// <summary>The dataset in use. Stays as long as a thread searches.</summary>
    public DatasetBuild? Ready => _ready;

    /// <summary>The one that all threads are making; while there is one, no slices run.</summary>
    public DatasetBuild? Wanted => _wanted;

    /// <summary>The one of the next seed, being made by one thread in the background, or made.</summary>
    public DatasetBuild? Next => _next;

    /// <summary>What status lines tell of.</summary>
    public DatasetBuild? Shown => _wanted ?? _ready;

    /// <summary>The one that slices may be queued for: it is in use, or being made anew for another number of threads.</summary>
    public DatasetBuild? Serving => _wanted is null ? _ready : _wanted.Renews ? _wanted : null;

    public NativeMemoryUse Memory => (_ready?.Memory ?? default) + (_wanted?.Memory ?? default) + (_next?.Memory ?? default);

    public bool Knows(Algorithm algorithm) => setups.ContainsKey(algorithm);

    /// <summary>Has all threads make this dataset from now on: the one made ahead, if it is that, and otherwise a new one.</summary>
    /// <param name="renews">It replaces the same for another number of threads.</param>
    public void Want(Algorithm algorithm, Seed seed, bool renews = false)
    {
        Cancel(ref _wanted);
        if (_next?.IsFor(algorithm, seed) == true)
        {
            (_wanted, _next) = (_next, null);
        }
        else
        {
            Cancel(ref _next);
            _wanted = new(algorithm, seed, setups[algorithm]) { Renews = renews };
        }
    }

    /// <summary>The one in use is wanted again.</summary>
    public void KeepReady() => Cancel(ref _wanted);

    public void Expect(Algorithm algorithm, Seed seed) => _expected = (algorithm, seed);

    /// <summary>To be asked whenever the expected seed or the dataset in use has changed.</summary>
    /// <returns>A dataset to be made ahead from now on; null: there is none, or it is being made.</returns>
    public DatasetBuild? BeginNext()
    {
        if (_stopped || _ready is not { Setup.HasNextSeed: true } || _wanted is not null || _expected is not var (algorithm, seed)
            || algorithm != _ready.Algorithm || _ready.IsFor(algorithm, seed) || _next?.IsFor(algorithm, seed) == true)
        {
            return null;
        }

        Cancel(ref _next);
        return _next = new(algorithm, seed, _ready.Setup);
    }

    /// <summary>A step of the wanted dataset.</summary>
    /// <param name="nobodySearches">And nobody can begin to.</param>
    public bool TryTakeStep(bool nobodySearches, ulong chunkItems, long now, out BuildStep step)
    {
        // Two datasets may not fit: the memory of those cancelled goes back before more is taken.
        var mayCreate = nobodySearches && _cancelled.Count == 0;
        if (_wanted?.TryTakeStep(mayCreate, mayAdopt: nobodySearches, chunkItems, now, out var next) != true)
        {
            step = default;
            return false;
        }

        step = next!.Value;
        if (step.Kind is BuildStepKind.Create or BuildStepKind.Inherit or BuildStepKind.Adopt)
        {
            // Here, under the lock: from now on nobody may be told that the old dataset is ready.
            (_outgoing, _ready) = (_ready, null);
        }

        return true;
    }

    /// <summary>
    /// A step for the thread that makes <paramref name="next"/> ahead. False: there is none, because it is made, or not wanted any more, or
    /// wanted now: then the hashing threads go on with it.
    /// </summary>
    public bool TryTakeNextStep(DatasetBuild next, ulong chunkItems, long now, out BuildStep step)
    {
        step = default;
        if (next != _next || !next.TryTakeStep(mayCreate: true, mayAdopt: false, chunkItems, now, out var taken))
        {
            return false;
        }

        step = taken.Value;
        return true;
    }

    /// <summary>
    /// The dataset that was in use until the step that replaces it; for that step to free. Null: none, or it was taken already.
    /// </summary>
    public HashDatasetHandle? TakeOutgoing()
    {
        var dataset = _outgoing?.Dataset;
        _outgoing = null;
        return dataset;
    }

    /// <summary>The adopt step is done: the dataset is in use, unless it was overtaken meanwhile.</summary>
    public void Adopt(DatasetBuild build)
    {
        build.CompleteAdopt();
        if (build == _wanted)
        {
            (_ready, _wanted) = (build, null);
        }
    }

    /// <summary>A step threw.</summary>
    /// <returns>It was one of the wanted dataset.</returns>
    public bool Fail(DatasetBuild build, Exception exception)
    {
        build.FailStep(exception);
        var wasWanted = build == _wanted;
        if (wasWanted)
        {
            Cancel(ref _wanted);
        }
        else if (build == _next)
        {
            Cancel(ref _next);
        }

        return wasWanted;
    }

    /// <summary>There is too little memory to make it ahead. Where it is wanted by now, the hashing threads create it.</summary>
    public void Skip(DatasetBuild next)
    {
        next.PutCreateBack();
        if (next == _next)
        {
            Cancel(ref _next);
        }
    }

    /// <summary>Nothing is made any more. The dataset in use is still there.</summary>
    public void Stop()
    {
        _stopped = true;
        Cancel(ref _wanted);
        Cancel(ref _next);
    }

    /// <summary>Returns the memory of cancelled datasets that no thread works on any more. To be called after each step.</summary>
    public void DropCancelled()
        => _cancelled.RemoveAll(build =>
        {
            if (build.StepsInFlight > 0)
            {
                return false;
            }

            build.Dataset?.Dispose();
            return true;
        });

    private void Cancel(ref DatasetBuild? build)
    {
        if (build is null)
        {
            return;
        }

        build.Cancel();
        _cancelled.Add(build);
        build = null;
        DropCancelled();
    }
}
