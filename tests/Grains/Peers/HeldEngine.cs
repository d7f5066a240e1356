using System.Collections.Immutable;
using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Grains.Tests.Peers;

/// <summary>
/// An engine that does nothing by itself: the test ends each slice and each preparation. Only what <see cref="IHashEngine.Preempt"/> and
/// another seed end, ends at once. It is its own worker too; slices that came that way are <see cref="Own"/>, those of a measurement <see
/// cref="Direct"/>.
/// </summary>
internal sealed class HeldEngine : IHashEngine, IHashWorkerGrain
{
    private TaskCompletionSource? _preparing;

    public List<Held> Own { get; } = [];

    public List<Held> Direct { get; } = [];

    /// <summary>Slices of the worker ever begun.</summary>
    public List<SearchSlice> Begun { get; } = [];

    public List<Seed> Prepared { get; } = [];

    public Seed? Expected { get; private set; }

    /// <summary>Hashes that a slice has when it is preempted, each after a millisecond.</summary>
    public ulong DoneWhenPreempted { get; set; }

    /// <summary>Each preparation waits for <see cref="EndPreparation"/>. Otherwise it is ready at once.</summary>
    public bool HoldsPreparations { get; set; }

    /// <summary>When set, no slice comes through to the threads.</summary>
    public Exception? CutOff { get; set; }

    public EngineStatus Status { get; set; } = new() { Threads = 2, DatasetProgress = 1, DatasetMode = DatasetMode.Fast, Rates = default };

    public ValueTask<SliceResult> SearchAsync(SearchSlice slice)
    {
        Begun.Add(slice);
        return CutOff is { } error ? ValueTask.FromException<SliceResult>(error) : new(Hold(Own, slice));
    }

    Task<SliceResult> IHashEngine.SearchAsync(SearchSlice slice) => Hold(Direct, slice);

    /// <summary>Ends the oldest slice of the worker.</summary>
    public void End(ulong? hashes = null, TimeSpan? elapsed = null, params ImmutableArray<NonceHit> hits)
        => End(Own, hashes, elapsed, hits);

    public void EndDirect()
    {
        while (Direct.Count > 0)
        {
            End(Direct, null, null, []);
        }
    }

    public void Fail(Exception error)
    {
        var held = Own[0];
        Own.RemoveAt(0);
        held.Done.SetException(error);
    }

    public void EndPreparation(Exception? error = null)
    {
        if (error is null)
        {
            _preparing!.SetResult();
        }
        else
        {
            _preparing!.SetException(error);
        }
    }

    public Task PrepareAsync(Algorithm algorithm, Seed seed, CancellationToken cancellation)
    {
        Prepared.Add(seed);
        _preparing?.TrySetCanceled(CancellationToken.None);
        _preparing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Status = Status with { Algorithm = algorithm, Seed = seed };
        if (!HoldsPreparations)
        {
            _preparing.SetResult();
        }

        return _preparing.Task;
    }

    public void Preempt(ulong generation)
    {
        foreach (var held in Own.Concat(Direct).Where(held => held.Slice.Generation < generation).ToArray())
        {
            _ = Own.Remove(held) || Direct.Remove(held);
            held.Done.SetResult(new() { HashesDone = DoneWhenPreempted, Hits = [], Elapsed = TimeSpan.FromMilliseconds(DoneWhenPreempted) });
        }
    }

    public void ExpectSeed(Algorithm algorithm, Seed seed) => Expected = seed;

    public void SetThreads(int threads) => Status = Status with { Threads = threads };

    public EngineStatus GetStatus() => Status;

    public Task<SliceResult> SearchAsGuestAsync(SearchSlice slice, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<Hash256>> HashAsGuestAsync(HashBatch batch, CancellationToken cancellation)
        => throw new NotSupportedException();

    /// <summary>Whatever the input, the hash is 0.</summary>
    public ValueTask<Hash256> HashAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input, CancellationToken cancellation) => default;

    public Task<Hash256> RecomputeAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input) => throw new NotSupportedException();

    private static Task<SliceResult> Hold(List<Held> at, SearchSlice slice)
    {
        var held = new Held(slice);
        at.Add(held);
        return held.Done.Task;
    }

    private static void End(List<Held> at, ulong? hashes, TimeSpan? elapsed, ImmutableArray<NonceHit> hits)
    {
        var held = at[0];
        at.RemoveAt(0);
        held.Done.SetResult(new() { HashesDone = hashes ?? held.Slice.Range.Count, Elapsed = elapsed ?? TimeSpan.Zero, Hits = hits });
    }

    internal sealed record Held(SearchSlice Slice)
    {
        public TaskCompletionSource<SliceResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
