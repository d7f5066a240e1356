using System.Collections.Immutable;
using System.Security.Cryptography;
using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Peers;

/// <summary>What a person, or the job grain, tells the node to do.</summary>
internal sealed partial class PeerGrain
{
    /// <summary>Blobs of the measurement: of a usual length, all zeros but for the number of the slice, and so of no job.</summary>
    private const int BenchBlobBytes = 76;
    private const int BenchNonceOffset = 39;
    private const int GhostRiderHeaderBytes = 80;
    private const int GhostRiderNonceOffset = 76;
    private const int GhostRiderPreviousHashOffset = 4;

    public async ValueTask DrainAsync()
    {
        if (_draining)
        {
            return;
        }

        _draining = control.Draining = true;
        log.Draining();

        // The slices that are out end by themselves within some 100 ms; what was not cut yet is nobody's loss, for nonces are plentiful.
        _work.Clear(_work.Generation);
        if (_session is not null)
        {
            try
            {
                await _jobs.LeaveAsync(_node);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // It hears of it with the next report.
                log.LeaseFailed(CallFailure.Brief(e));
            }
        }
    }

    public ValueTask SetThreadsAsync(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, IPeerGrain.MaxThreads);
        engine.SetThreads(threads);
        _engine = engine.GetStatus();
        Pump();
        return ValueTask.CompletedTask;
    }

    public ValueTask SetQuarantinedAsync(bool quarantined)
    {
        if (_quarantined != quarantined)
        {
            _quarantined = quarantined;
            if (quarantined)
            {
                log.Quarantined();
                _work.Clear(_work.Generation);
                StopSlices();
            }
        }

        return ValueTask.CompletedTask;
    }

    public async Task<BenchResult> BenchAsync(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, TimeSpan.FromSeconds(IPeerGrain.MaxBenchSeconds));
        if (_benching)
        {
            return new() { Refusal = "a measurement runs already" };
        }

        if (_prepared is not { } dataset)
        {
            return new() { Refusal = _failure ?? (_preparing is null ? "no dataset yet: no job has come" : "the dataset is being made; try again when it is ready") };
        }

        _benching = true;
        try
        {
            StopSlices();
            return await MeasureAsync(dataset.Algorithm, dataset.Seed, duration);
        }
        finally
        {
            _benching = false;
            Pump();
        }
    }

    private async Task<BenchResult> MeasureAsync(Algorithm algorithm, Seed seed, TimeSpan duration)
    {
        var begun = clock.GetTimestamp();
        var nonces = NonceRange.All;
        ulong hashes = 0;
        var slices = 0;
        await Task.WhenAll(Enumerable.Range(0, SlicesWanted).Select(_ => LaneAsync()));
        var elapsed = clock.GetElapsedTime(begun);
        var status = engine.GetStatus();
        return new()
        {
            Rate = new(hashes / elapsed.TotalSeconds),
            Hashes = hashes,
            Elapsed = elapsed,
            Threads = status.Threads,
            Algorithm = algorithm,
            DatasetMode = status.DatasetMode,
        };

        // Each keeps one slice at the engine; together they are a few more than there are threads.
        async Task LaneAsync()
        {
            while (clock.GetElapsedTime(begun) < duration)
            {
                if (nonces.IsEmpty)
                {
                    nonces = NonceRange.All;
                }

                var result = await engine.SearchAsync(new()
                {
                    Generation = _epoch,
                    Algorithm = algorithm,
                    Seed = seed,
                    Blob = algorithm == Algorithm.GhostRider ? GhostRiderHeader(slices++) : [.. new byte[BenchBlobBytes]],
                    NonceOffset = algorithm == Algorithm.GhostRider ? GhostRiderNonceOffset : BenchNonceOffset,
                    Range = nonces.Take(SliceCount, out nonces),
                    Target = default,
                });
                hashes += result.HashesDone;
                if (result.HashesDone == 0)
                {
                    // Overtaken by a new job, or the engine has changed its seed: not in a tight loop.
                    await Task.Delay(SliceDuration, clock);
                }
            }
        }
    }

    /// <summary>Each slice has another previous hash, and with it other CryptoNight variants: one alone would tell little.</summary>
    private static ImmutableArray<byte> GhostRiderHeader(int slice)
    {
        var header = new byte[GhostRiderHeaderBytes];
        SHA256.HashData(BitConverter.GetBytes(slice), header.AsSpan(GhostRiderPreviousHashOffset, SHA256.HashSizeInBytes));
        return [.. header];
    }
}
