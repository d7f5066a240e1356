using System.Collections.Immutable;
using System.Security.Cryptography;
using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.TestKit;

/// <summary>
/// A whole engine whose hash is SHA-256(algorithm byte || seed || input): about a million times a second on one core, with the
/// semantics of <see cref="IHashEngine"/> kept to the letter, the commitment of rx/2 included. Slices run on the thread pool, at most <c>threads</c> at once.
/// </summary>
internal sealed class FakeHashEngine(int threads = 2, TimeProvider? clock = null) : IHashEngine
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly long _started = (clock ?? TimeProvider.System).GetTimestamp();
    private readonly Lock _gate = new();
    private readonly LinkedList<QueuedSlice> _queue = new();
    private readonly List<Seed> _preparedSeeds = [];
    private Preparation? _preparation;
    private int _threads = threads;
    private int _running;
    private ulong _oldestGeneration;
    private ulong _totalHashes;
    private readonly LinkedList<QueuedSlice> _guestQueue = new();
    private int _guestsRunning;
    private ulong _guestHashes;

    /// <summary>Raised by each new seed: it ends the slices of other nodes.</summary>
    private int _guestEpoch;

    /// <summary>How long a dataset takes, by the engine's clock. Default zero: ready at once.</summary>
    public TimeSpan PrepareTime { get; set; }

    /// <summary>When set, <see cref="PrepareAsync"/> of a new seed fails with it.</summary>
    public HashEngineException? PrepareFailure { get; set; }

    /// <summary>Algorithms that hashing fails for, as for one that the library does not have.</summary>
    public IReadOnlyList<Algorithm> Unavailable { get; set; } = [];

    /// <summary>Changes hits before they are returned: how a test makes a node that computes wrongly or lies.</summary>
    public Func<NonceHit, NonceHit>? Tamper { get; set; }

    /// <summary>Changes what <see cref="HashAsync"/> gives, but not what is recomputed from scratch: a node whose memory is bad.</summary>
    public Func<Hash256, Hash256>? TamperSingle { get; set; }

    /// <summary>What a recomputation from scratch comes to, instead of the right hash: another one, a failure, or none yet.</summary>
    public Func<Hash256, Task<Hash256>>? Recomputed { get; set; }

    /// <summary>What the status says once a dataset is ready.</summary>
    public DatasetMode DatasetMode { get; set; } = DatasetMode.Fast;

    /// <summary>How fast one thread is made to look; null: as fast as it can. What a low-RAM node with its slow hashing is made of.</summary>
    public double? HashesPerSecond { get; set; }

    /// <summary>Threads for slices of other nodes. Default none.</summary>
    public int GuestThreads { get; set; }

    /// <summary>Hashes done for other nodes.</summary>
    public ulong GuestHashes => Volatile.Read(ref _guestHashes);

    /// <summary>No slice of the node's own runs or waits, and the hashes of all that ran are counted.</summary>
    public bool IsAtRest
    {
        get
        {
            lock (_gate)
            {
                return _running == 0 && _queue.Count == 0;
            }
        }
    }

    /// <summary>The last hint of <see cref="ExpectSeed"/>.</summary>
    public Seed? ExpectedSeed { get; private set; }

    /// <summary>Every seed whose preparation was begun, in order.</summary>
    public IReadOnlyList<Seed> PreparedSeeds
    {
        get
        {
            lock (_gate)
            {
                return [.. _preparedSeeds];
            }
        }
    }

    public static Hash256 Hash(Algorithm algorithm, Seed seed, ReadOnlySpan<byte> input)
    {
        Span<byte> buffer = stackalloc byte[1 + Seed.MaxBytes + 512];
        if (input.Length > 512)
        {
            buffer = new byte[1 + Seed.MaxBytes + input.Length];
        }

        buffer[0] = (byte)algorithm;
        var seedBytes = seed.ToBytes();
        seedBytes.CopyTo(buffer[1..]);
        input.CopyTo(buffer[(1 + seedBytes.Length)..]);
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(buffer[..(1 + seedBytes.Length + input.Length)], digest);
        return Hash256.FromBytes(digest);
    }

    public async Task PrepareAsync(Algorithm algorithm, Seed seed, CancellationToken cancellation)
    {
        Preparation mine;
        lock (_gate)
        {
            if (_preparation is { } current && current.Algorithm == algorithm && current.Seed == seed && !current.Work.IsFaulted)
            {
                mine = current;
            }
            else
            {
                _preparation?.Superseded.Cancel();
                Volatile.Write(ref _guestEpoch, _guestEpoch + 1);
                _preparedSeeds.Add(seed);
                var superseded = new CancellationTokenSource();
                mine = _preparation = new(algorithm, seed, superseded, MakeDatasetAsync(superseded.Token));
            }
        }

        await mine.Work.WaitAsync(cancellation);
    }

    public void ExpectSeed(Algorithm algorithm, Seed seed) => ExpectedSeed = seed;

    public Task<SliceResult> SearchAsync(SearchSlice slice)
    {
        var queued = new QueuedSlice(slice);
        lock (_gate)
        {
            _queue.AddLast(queued);
            StartQueued();
        }

        return queued.Done.Task;
    }

    public Task<SliceResult> SearchAsGuestAsync(SearchSlice slice, CancellationToken cancellation)
    {
        var queued = new QueuedSlice(slice) { Guest = (cancellation, Volatile.Read(ref _guestEpoch)) };
        lock (_gate)
        {
            if (GuestThreads == 0 || cancellation.IsCancellationRequested)
            {
                return Task.FromResult(new SliceResult { Hits = [] });
            }

            _guestQueue.AddLast(queued);
            StartQueued();
        }

        // Queued ones end at once.
        cancellation.Register(() =>
        {
            lock (_gate)
            {
                if (_guestQueue.Remove(queued))
                {
                    queued.Done.SetResult(new SliceResult { Hits = [] });
                }
            }
        });
        return queued.Done.Task;
    }

    public async Task<ImmutableArray<Hash256>> HashAsGuestAsync(HashBatch batch, CancellationToken cancellation)
    {
        await Task.Yield();
        var status = GetStatus();
        var isReady = GuestThreads > 0 && status.DatasetProgress >= 1 && (status.Algorithm, status.Seed) == (batch.Algorithm, batch.Seed);
        return isReady ? [.. batch.Inputs.TakeWhile(_ => !cancellation.IsCancellationRequested)
            .Select(input => Hash(batch.Algorithm, batch.Seed, input.AsSpan()))] : [];
    }

    public void Preempt(ulong generation)
    {
        lock (_gate)
        {
            _oldestGeneration = Math.Max(_oldestGeneration, generation);
            for (var node = _queue.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Slice.Generation < _oldestGeneration)
                {
                    _queue.Remove(node);
                    node.Value.Done.SetResult(new SliceResult { Hits = [] });
                }

                node = next;
            }
        }
    }

    public async ValueTask<Hash256> HashAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await Task.Yield();   // the real one never answers on its caller's stack either
        if (Unavailable.Contains(algorithm))
        {
            throw new HashEngineException($"algorithm {algorithm.WireName()} is not available");
        }

        var hash = Hash(algorithm, seed, input.Span);
        return TamperSingle is { } tamper ? tamper(hash) : hash;
    }

    public async Task<Hash256> RecomputeAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input)
    {
        await Task.Yield();
        var hash = Hash(algorithm, seed, input.Span);
        return Recomputed is { } recomputed ? await recomputed(hash) : hash;
    }

    public void SetThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (_gate)
        {
            _threads = threads;
            StartQueued();
        }
    }

    public EngineStatus GetStatus()
    {
        lock (_gate)
        {
            var ready = _preparation?.Work.IsCompletedSuccessfully ?? false;
            var total = Volatile.Read(ref _totalHashes);
            var seconds = _clock.GetElapsedTime(_started).TotalSeconds;
            return new EngineStatus
            {
                Threads = _threads,
                Algorithm = _preparation?.Algorithm,
                Seed = _preparation?.Seed,
                DatasetMode = ready ? DatasetMode : DatasetMode.None,
                GuestThreads = GuestThreads,
                GuestRates = new HashRates { TotalHashes = GuestHashes },
                DatasetProgress = ready ? 1 : 0,
                Rates = new HashRates { Current = new(seconds > 0 ? total / seconds : 0), TotalHashes = total },
            };
        }
    }

    private async Task MakeDatasetAsync(CancellationToken superseded)
    {
        if (PrepareFailure is { } failure)
        {
            throw failure;
        }

        if (PrepareTime > TimeSpan.Zero)
        {
            await Task.Delay(PrepareTime, _clock, superseded);
        }
    }

    // Called under the gate.
    private void StartQueued()
    {
        while (_running < _threads && _queue.First is { } first)
        {
            _queue.RemoveFirst();
            _running++;
            Begin(first.Value);
        }

        while (_guestsRunning < GuestThreads && _guestQueue.First is { } guest)
        {
            _guestQueue.RemoveFirst();
            _guestsRunning++;
            Begin(guest.Value);
        }
    }

    // A slow one waits most of its time: on a thread of its own, so that the pool is not short of threads.
    private void Begin(QueuedSlice queued) => _ = Task.Factory.StartNew(
        () => Run(queued), CancellationToken.None, HashesPerSecond is null ? TaskCreationOptions.None : TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(QueuedSlice queued)
    {
        SliceResult result = default;
        Exception? error = null;
        try
        {
            result = Search(queued);
        }
        catch (Exception e)
        {
            error = e;   // a test's Tamper threw, or the slice was malformed: the awaiting test shall see it
        }

        lock (_gate)
        {
            _ = queued.Guest is null ? _running-- : _guestsRunning--;
            StartQueued();
        }

        if (error is null)
        {
            queued.Done.SetResult(result);
        }
        else
        {
            queued.Done.SetException(error);
        }
    }

    private SliceResult Search(QueuedSlice queued)
    {
        var slice = queued.Slice;
        var begun = _clock.GetTimestamp();
        Preparation? prepared;
        lock (_gate)
        {
            prepared = _preparation;
        }

        if (prepared is not { Work.IsCompletedSuccessfully: true } || prepared.Seed != slice.Seed || prepared.Algorithm != slice.Algorithm)
        {
            return new SliceResult { Hits = [] };
        }

        var input = new byte[1 + slice.Seed.Hex.Length / 2 + slice.Blob.Length];
        input[0] = (byte)slice.Algorithm;
        slice.Seed.ToBytes().CopyTo(input, 1);
        var blob = input.AsSpan(1 + slice.Seed.Hex.Length / 2);
        slice.Blob.AsSpan().CopyTo(blob);
        var nonceBytes = blob.Slice(slice.NonceOffset, 4);
        Span<byte> digest = stackalloc byte[32];
        var hits = ImmutableArray.CreateBuilder<NonceHit>();
        ulong done = 0;
        for (; done < slice.Range.Count && !IsOvertaken(queued); done++)
        {
            Slow(begun, done);
            var nonce = (uint)(slice.Range.First + done);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(nonceBytes, nonce);
            SHA256.HashData(input, digest);
            var hash = Hash256.FromBytes(digest);
            if (slice.Target.IsMetBy(Commitment.Judged(slice.Algorithm, blob, hash)))
            {
                var hit = new NonceHit(nonce, hash);
                hits.Add(Tamper is { } tamper ? tamper(hit) : hit);
            }
        }

        Interlocked.Add(ref queued.Guest is null ? ref _totalHashes : ref _guestHashes, done);
        return new SliceResult { HashesDone = done, Hits = hits.ToImmutable(), Elapsed = _clock.GetElapsedTime(begun) };
    }

    private bool IsOvertaken(QueuedSlice queued) => queued.Guest is var (cancellation, epoch)
        ? cancellation.IsCancellationRequested || epoch != Volatile.Read(ref _guestEpoch)
        : queued.Slice.Generation < Volatile.Read(ref _oldestGeneration);

    private void Slow(long begun, ulong done)
    {
        if (HashesPerSecond is { } rate && TimeSpan.FromSeconds(done / rate) - _clock.GetElapsedTime(begun) is { Ticks: > 0 } ahead)
        {
            Task.Delay(ahead, _clock).Wait();
        }
    }

    private sealed record Preparation(Algorithm Algorithm, Seed Seed, CancellationTokenSource Superseded, Task Work);

    private sealed record QueuedSlice(SearchSlice Slice)
    {
        /// <summary>Null: a slice of the node's own.</summary>
        public (CancellationToken Cancellation, int Epoch)? Guest { get; init; }

        public TaskCompletionSource<SliceResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
