using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// Threads that make a dataset together and then take slices from one queue. Everything shared is under one lock, taken a few times
/// for each slice; hashing itself takes none.
/// </summary>
public sealed partial class HashEngine : IHashEngine, IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly HashEngineOptions _options;
    private readonly IReadOnlyList<int> _cpus;
    private readonly TimeProvider _clock;
    private readonly ILogger<HashEngine> _log;
    private readonly RateMeter _rate;
    private readonly RateMeter _guestRate;
    private readonly Verifier _verifier;
    private readonly SemaphoreSlim _recomputing = new(1, 1);

    private readonly Queue<IQueuedWork> _queue = new();
    private readonly List<DatasetBuild> _cancelledBuilds = [];
    private readonly List<Task> _exits = [];
    private readonly Dictionary<Algorithm, AlgorithmSetup> _setups;
    private HashThread?[] _threads = [];
    private int _threadsWanted;

    /// <summary>Somebody chose the number of threads; otherwise each algorithm has its own.</summary>
    private bool _threadsChosen;
    private int _searching;
    private ulong _generation;
    private bool _stopping;

    /// <summary>The dataset in use. Stays as long as a thread searches.</summary>
    private DatasetBuild? _ready;

    /// <summary>The one that was in use, until the step that replaces it has freed it.</summary>
    private DatasetBuild? _outgoing;

    /// <summary>The one that all threads are making; while there is one, no slices run.</summary>
    private DatasetBuild? _build;

    /// <summary>The one of the next seed, being made by one thread in the background, or made.</summary>
    private DatasetBuild? _next;

    private (Algorithm Algorithm, Seed Seed)? _expected;

    /// <param name="lanes">Where measured lanes are kept; null: nowhere.</param>
    /// <param name="shapes">Where measured shapes are kept; null: nowhere.</param>
    public HashEngine(IOptions<HashEngineOptions> options, TimeProvider clock, ILogger<HashEngine> log, LaneFile? lanes = null, ShapeFile? shapes = null)
    {
        (_options, _clock, _log) = (options.Value, clock, log);
        _cpus = CpuList.TryParse(_options.CpuAffinity, out var cpus, out var error) ? cpus : throw new ArgumentException(error, nameof(options));
        (_rate, _guestRate) = (new(clock), new(clock));
        _verifier = new(TryGetReady, _options.HugePages);
        var randomX = new RandomXSetup(_options, clock, shapes, log);
        _setups = new()
        {
            [Algorithm.RandomX] = randomX,
            [Algorithm.RandomXV2] = randomX,
            [Algorithm.GhostRider] = new GhostRiderSetup(_options, clock, lanes, log),
        };
        _threadsChosen = _options.Threads is not null;
        _threadsWanted = _options.Threads ?? ThreadCount.Auto(Algorithm.RandomX, Environment.ProcessorCount, CpuCaches.Read().L3Bytes);
        lock (_gate)
        {
            StartMissingThreads();
        }
    }

    public async Task PrepareAsync(Algorithm algorithm, Seed seed, CancellationToken cancellation)
    {
        if (!_setups.ContainsKey(algorithm))
        {
            throw new HashEngineException($"algorithm {algorithm} is not available");
        }

        Task completion;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            if (_build?.IsFor(algorithm, seed) != true)
            {
                if (_ready?.IsFor(algorithm, seed) == true)
                {
                    CancelBuild(ref _build);
                    Monitor.PulseAll(_gate);
                    return;
                }

                if (!_threadsChosen)
                {
                    ChangeThreads(ThreadCount.Auto(algorithm, Environment.ProcessorCount, CpuCaches.Read().L3Bytes));
                }

                StartBuild(algorithm, seed);
            }

            completion = _build!.Completion;
        }

        await completion.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public void ExpectSeed(Algorithm algorithm, Seed seed)
    {
        lock (_gate)
        {
            _expected = (algorithm, seed);
            StartNextBuild();
        }
    }

    public Task<SliceResult> SearchAsync(SearchSlice slice)
    {
        var queued = new QueuedSlice(slice);
        lock (_gate)
        {
            // What is being renewed for another number of threads is waited for.
            var serving = _build is null ? _ready : _build.Renews ? _build : null;
            if (_stopping || slice.Generation < _generation || serving?.IsFor(slice.Algorithm, slice.Seed) != true)
            {
                queued.GiveBack();
            }
            else
            {
                _queue.Enqueue(queued);
                WakeThread();
            }
        }

        return queued.Task;
    }

    public void Preempt(ulong generation)
    {
        lock (_gate)
        {
            _generation = Math.Max(_generation, generation);
            EndSlices(olderThan: _generation);
        }
    }

    public ValueTask<Hash256> HashAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input, CancellationToken cancellation)
        => _verifier.HashAsync(algorithm, seed, input, cancellation);

    public async Task<Hash256> RecomputeAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input)
    {
        await _recomputing.WaitAsync().ConfigureAwait(false);
        try
        {
            // On a thread of its own: a second of hashing is no work for the pool's.
            return await Task.Factory.StartNew(() => SelfTest.Recompute(algorithm, seed, input.Span),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _recomputing.Release();
        }
    }

    public void SetThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (_gate)
        {
            _threadsChosen = true;
            if (_stopping || threads == _threadsWanted)
            {
                return;
            }

            ChangeThreads(threads);
            if ((_build ?? _ready) is { Setup.DependsOnThreads: true } inUse)
            {
                StartBuild(inUse.Algorithm, inUse.Seed, renews: _build is null || _build.Renews);
            }

            Monitor.PulseAll(_gate);
        }
    }

    private void ChangeThreads(int threads)
    {
        if (threads != _threadsWanted)
        {
            _log.ThreadsChanged(_threadsWanted, threads);
            _threadsWanted = threads;
            StartMissingThreads();
        }
    }

    public EngineStatus GetStatus()
    {
        lock (_gate)
        {
            var shown = _build ?? _ready;
            var threads = _threads.Take(_threadsWanted).OfType<HashThread>().ToList();
            var memory = Held;
            return new()
            {
                Threads = _threadsWanted,
                Algorithm = shown?.Algorithm,
                Seed = shown?.Seed,
                DatasetMode = shown?.Dataset is null ? "" : shown.Setup.NameOf(shown.Items),
                Stage = shown?.Setup.Stage ?? "dataset",
                Detail = shown?.Dataset is { } dataset && shown == _ready ? shown.Setup.Describe(dataset) : "",
                Lanes = _ready?.Dataset?.HashesAtOnce ?? 1,
                VariantLanes = _ready?.Dataset?.Lanes?.ToList() ?? [],
                DatasetProgress = shown?.Progress ?? 0,
                MemoryBytes = (long)memory.Bytes,
                HugePages = (long)memory.HugePages,
                HugePagesWanted = (long)memory.HugePagesWanted,
                GiantPages = (long)memory.GiantPages,
                NumaNodes = _options.Numa ? NumaMachine.Nodes : 1,
                DatasetCopies = shown?.Dataset?.Copies ?? 1,
                GuestThreads = GuestsWanted,
                GuestRates = _guestRate.Read(),
                Rates = _rate.Read(),
                ThreadRates = threads.ConvertAll(thread => thread.Rate.Read()),
            };
        }
    }

    /// <summary>Gives all slices back, ends the threads and returns all memory.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] exits;
        lock (_gate)
        {
            _stopping = true;
            EndSlices(olderThan: null);
            CancelBuild(ref _build);
            CancelBuild(ref _next);
            exits = [.. _exits];
            Monitor.PulseAll(_gate);
        }

        await Task.WhenAll(exits).ConfigureAwait(false);
        await _verifier.DisposeAsync().ConfigureAwait(false);
        _ready?.Dataset?.Dispose();
    }

    /// <summary>All that is held for hashing.</summary>
    private NativeMemoryUse Held
    {
        get
        {
            var datasets = (_ready?.Memory ?? default) + (_build?.Memory ?? default) + (_next?.Memory ?? default);
            return AllThreads.Aggregate(datasets + _verifier.Memory, (sum, thread) => sum + thread.ContextMemory);
        }
    }

    private HashDatasetHandle? TryGetReady(Algorithm algorithm, Seed seed)
    {
        lock (_gate)
        {
            return _ready?.IsFor(algorithm, seed) == true ? _ready.Dataset : null;
        }
    }

    /// <param name="renews">It replaces the same for another number of threads: slices wait for it.</param>
    private void StartBuild(Algorithm algorithm, Seed seed, bool renews = false)
    {
        EndSlices(olderThan: null);
        CancelBuild(ref _build);
        if (_next?.IsFor(algorithm, seed) == true)
        {
            (_build, _next) = (_next, null);
        }
        else
        {
            CancelBuild(ref _next);
            _build = new(algorithm, seed, _setups[algorithm]) { Renews = renews };
        }

        Monitor.PulseAll(_gate);
    }

    /// <summary>Gives queued slices of older generations back and cancels running ones; null: all, those of other nodes too.</summary>
    private void EndSlices(ulong? olderThan)
    {
        for (var count = _queue.Count; count > 0; count--)
        {
            var queued = _queue.Dequeue();
            if (olderThan is null || queued.Generation < olderThan)
            {
                queued.GiveBack();
            }
            else
            {
                _queue.Enqueue(queued);
            }
        }

        foreach (var thread in _threads)
        {
            if (thread?.Running is { } running && (olderThan is null || running.Generation < olderThan))
            {
                thread.Cancel();
            }
        }

        if (olderThan is null)
        {
            EndGuests();
        }
    }

    /// <summary>Slices that waited for a setup that failed.</summary>
    private void FailQueued(Exception failure)
    {
        while (_queue.TryDequeue(out var queued))
        {
            queued.Fail(failure);
        }
    }

    private void CancelBuild(ref DatasetBuild? build)
    {
        if (build is null)
        {
            return;
        }

        build.Cancel();
        _cancelledBuilds.Add(build);
        build = null;
        DropCancelledBuilds();
    }

    /// <summary>Returns the memory of builds that no thread works on any more.</summary>
    private void DropCancelledBuilds()
    {
        _cancelledBuilds.RemoveAll(build =>
        {
            if (build.StepsInFlight > 0)
            {
                return false;
            }

            build.Dataset?.Dispose();
            return true;
        });
    }
}
