using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using P2PMiner.Datasets;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// Threads that make a dataset together and then take slices from one queue. This class is the way in: <see cref="EngineState"/> holds what
/// they share, <see cref="HashLoop"/> is what each of them does, <see cref="BuildRunner"/> and <see cref="NextSeed"/> make datasets,
/// <see cref="GuestDesk"/> takes in the work of other nodes.
/// </summary>
public sealed class HashEngine : IHashEngine, IAsyncDisposable
{
    private readonly EngineState _state;
    private readonly HashEngineOptions _options;
    private readonly Verifier _verifier;
    private readonly NextSeed _nextSeed;
    private readonly HashThreads _threads;
    private readonly ThreadExits _exits = new();
    private readonly GuestDesk _guests;
    private readonly SemaphoreSlim _recomputing = new(1, 1);

    /// <param name="lanes">Where measured lanes are kept; null: nowhere.</param>
    /// <param name="shapes">Where measured shapes are kept; null: nowhere.</param>
    public HashEngine(
        IOptions<HashEngineOptions> options, TimeProvider clock, ILogger<HashEngine> log, LaneFile? lanes = null, ShapeFile? shapes = null)
    {
        _options = options.Value;
        var randomX = new RandomXSetup(_options, clock, shapes, log);
        var builds = new SeedBuilds(new Dictionary<Algorithm, AlgorithmSetup>
        {
            [Algorithm.RandomX] = randomX,
            [Algorithm.RandomXV2] = randomX,
            [Algorithm.GhostRider] = new GhostRiderSetup(_options, clock, lanes, log),
        });
        var places = new ThreadPlaces(_options, log);
        _state = new(builds, _options.Threads ?? HashThreads.CountFor(Algorithm.RandomX), places.Cpus, _options, clock);
        _verifier = new(FindReady, _options.HugePages);
        var runner = new BuildRunner(_state, _verifier, places, clock, log);
        _nextSeed = new(_state, runner, _verifier, _exits, _options, clock, log);
        var loop = new HashLoop(_state, runner, _nextSeed, places, clock, log);
        _threads = new(_state, loop, _exits, chosen: _options.Threads is not null, places.Cpus, log);
        _guests = new(_state, _threads);
        lock (_state.Gate)
        {
            _threads.StartMissing();
        }
    }

    /// <summary>Of the next seed's dataset, 0 to 1; null: none is being made, or kept.</summary>
    internal double? NextProgress
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.Builds.Next?.Progress;
            }
        }
    }

    public async Task PrepareAsync(Algorithm algorithm, Seed seed, CancellationToken cancellation)
    {
        Task completion;
        lock (_state.Gate)
        {
            var builds = _state.Builds;
            if (!builds.Knows(algorithm))
            {
                throw new HashEngineException($"algorithm {algorithm} is not available");
            }

            ObjectDisposedException.ThrowIf(_state.IsStopping, this);
            if (builds.Wanted?.IsFor(algorithm, seed) != true)
            {
                if (builds.Ready?.IsFor(algorithm, seed) == true)
                {
                    builds.KeepReady();
                    Monitor.PulseAll(_state.Gate);
                    return;
                }

                _threads.Suit(algorithm);
                _state.Want(algorithm, seed);
            }

            completion = builds.Wanted!.Completion;
        }

        await completion.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public void ExpectSeed(Algorithm algorithm, Seed seed)
    {
        lock (_state.Gate)
        {
            _state.Builds.Expect(algorithm, seed);
            _nextSeed.StartIfExpected();
        }
    }

    public Task<SliceResult> SearchAsync(SearchSlice slice)
    {
        var queued = new QueuedSlice(slice);
        lock (_state.Gate)
        {
            _state.Add(queued);
        }

        return queued.Task;
    }

    public Task<SliceResult> SearchAsGuestAsync(SearchSlice slice, CancellationToken cancellation)
    {
        var queued = new QueuedSlice(slice);
        _guests.Take(queued, queued.Task, cancellation);
        return queued.Task;
    }

    public Task<ImmutableArray<Hash256>> HashAsGuestAsync(HashBatch batch, CancellationToken cancellation)
    {
        var queued = new QueuedBatch(batch);
        _guests.Take(queued, queued.Task, cancellation);
        return queued.Task;
    }

    public void Preempt(ulong generation)
    {
        lock (_state.Gate)
        {
            _state.Preempt(generation);
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
        lock (_state.Gate)
        {
            if (_state.IsStopping)
            {
                return;
            }

            var before = _state.ThreadsWanted;
            _threads.Choose(threads);
            if (threads != before)
            {
                _state.RenewForThreads();
            }
        }
    }

    public EngineStatus GetStatus()
    {
        lock (_state.Gate)
        {
            var (builds, mining, guests) = (_state.Builds, _state.Mining, _state.Guests);
            var (shown, inUse) = (builds.Shown, builds.Ready?.Dataset);
            var memory = _state.Memory + _verifier.Memory;
            return new()
            {
                Threads = mining.Wanted,
                Algorithm = shown?.Algorithm,
                Seed = shown?.Seed,
                DatasetMode = shown?.Dataset is null ? DatasetMode.None : shown.Setup.ModeOf(shown.Items),
                Stage = shown?.Setup.Stage ?? "dataset",
                Detail = shown?.Dataset is { } dataset && dataset == inUse ? shown.Setup.Describe(dataset) : "",
                Lanes = inUse?.HashesAtOnce ?? 1,
                VariantLanes = inUse?.Lanes?.ToList() ?? [],
                DatasetProgress = shown?.Progress ?? 0,
                MemoryBytes = (long)memory.Bytes,
                HugePages = (long)memory.HugePages,
                HugePagesWanted = (long)memory.HugePagesWanted,
                GiantPages = (long)memory.GiantPages,
                NumaNodes = _options.Numa ? NumaMachine.Nodes : 1,
                DatasetCopies = shown?.Dataset?.Copies ?? 1,
                GuestThreads = guests.Wanted,
                GuestRates = guests.Rate.Read(),
                Rates = mining.Rate.Read(),
                ThreadRates = [.. mining.ThreadsInUse.Select(thread => thread.Rate.Read())],
            };
        }
    }

    /// <summary>Gives all slices back, ends the threads and returns all memory.</summary>
    public async ValueTask DisposeAsync()
    {
        Task ended;
        lock (_state.Gate)
        {
            _state.Stop();
            ended = _exits.All;
        }

        await ended.ConfigureAwait(false);
        await _verifier.DisposeAsync().ConfigureAwait(false);
        _state.Builds.Ready?.Dataset?.Dispose();
    }

    private HashDatasetHandle? FindReady(Algorithm algorithm, Seed seed)
    {
        lock (_state.Gate)
        {
            return _state.Builds.Ready is { } ready && ready.IsFor(algorithm, seed) ? ready.Dataset : null;
        }
    }
}
