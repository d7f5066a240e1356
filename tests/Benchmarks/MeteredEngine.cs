using System.Collections.Immutable;
using System.Diagnostics;
using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Benchmarks;

/// <summary>The real engine with a watch on what the grains hand to it.</summary>
internal sealed class MeteredEngine(HashEngine engine) : IHashEngine
{
    private readonly Lock _gate = new();
    private ImmutableArray<byte> _blob;
    private int _running;
    private int _runningOfFormerBlob;
    private int _blobs;
    private TaskCompletionSource<Switch> _switched = new();
    private long _toldAt;
    private bool _metering;
    private long _firstEnd;
    private long _lastEnd;
    private ulong _hashes;
    private long _slices;

    public HashEngine Inner => engine;

    /// <summary>Completes when the last slice of the present blob has ended and those of the next have come.</summary>
    public Task<Switch> NextSwitch()
    {
        lock (_gate)
        {
            return (_switched = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void StartMeter()
    {
        lock (_gate)
        {
            (_metering, _firstEnd, _hashes, _slices) = (true, 0, 0, 0);
        }
    }

    /// <summary>Rate from the end of the first slice to the end of the last: whole slices only, so nothing is cut off at the edges.</summary>
    public (double PerSecond, ulong Hashes, long Slices) StopMeter()
    {
        lock (_gate)
        {
            _metering = false;
            return (_hashes / Stopwatch.GetElapsedTime(_firstEnd, _lastEnd).TotalSeconds, _hashes, _slices);
        }
    }

    public async Task<SliceResult> SearchAsync(SearchSlice slice)
    {
        int blob;
        lock (_gate)
        {
            if (_blob.IsDefault || !slice.Blob.AsSpan().SequenceEqual(_blob.AsSpan()))
            {
                (_blob, _blobs, _runningOfFormerBlob) = (slice.Blob, _blobs + 1, _running);
                if (_running == 0)
                {
                    // Between two slices of the former blob: nothing is left to end.
                    _switched.TrySetResult(new(_toldAt, Stopwatch.GetTimestamp()));
                }
            }

            blob = _blobs;
            _running++;
        }

        var result = await engine.SearchAsync(slice);
        lock (_gate)
        {
            _running--;
            if (blob < _blobs && --_runningOfFormerBlob == 0)
            {
                _switched.TrySetResult(new(_toldAt, Stopwatch.GetTimestamp()));
            }

            if (_metering)
            {
                _lastEnd = Stopwatch.GetTimestamp();
                if (_firstEnd == 0)
                {
                    _firstEnd = _lastEnd;
                }
                else
                {
                    (_hashes, _slices) = (_hashes + result.HashesDone, _slices + 1);
                }
            }
        }

        return result;
    }

    public Task PrepareAsync(Algorithm algorithm, Seed seed, CancellationToken cancellation) => engine.PrepareAsync(algorithm, seed, cancellation);

    public void ExpectSeed(Algorithm algorithm, Seed seed) => engine.ExpectSeed(algorithm, seed);

    public Task<SliceResult> SearchAsGuestAsync(SearchSlice slice, CancellationToken cancellation) => engine.SearchAsGuestAsync(slice, cancellation);

    public Task<ImmutableArray<Hash256>> HashAsGuestAsync(HashBatch batch, CancellationToken cancellation) => engine.HashAsGuestAsync(batch, cancellation);

    public void Preempt(ulong generation)
    {
        lock (_gate)
        {
            _toldAt = Stopwatch.GetTimestamp();
        }

        engine.Preempt(generation);
    }

    public ValueTask<Hash256> HashAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input, CancellationToken cancellation) =>
        engine.HashAsync(algorithm, seed, input, cancellation);

    public Task<Hash256> RecomputeAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input) => engine.RecomputeAsync(algorithm, seed, input);

    public void SetThreads(int threads) => engine.SetThreads(threads);

    public EngineStatus GetStatus() => engine.GetStatus();
}
