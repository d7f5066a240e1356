using System.Collections.Immutable;
using System.Security.Cryptography;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Peers;

/// <summary>
/// Measures all threads on nonces that belong to no job, with slices as in mining. Part of <see cref="MiningLoop"/>, with the same one
/// caller at a time.
/// </summary>
internal sealed class Bench(OwnThreads threads, IHashEngine engine, TimeProvider clock)
{
    /// <summary>Of a usual length, all zeros, and so of no job.</summary>
    private const int BlobBytes = 76;
    private const int NonceOffset = 39;
    private const int GhostRiderHeaderBytes = 80;
    private const int GhostRiderNonceOffset = 76;
    private const int GhostRiderPreviousHashOffset = 4;

    /// <summary>Takes a little longer than <paramref name="duration"/>: slices that have begun are waited for, and counted.</summary>
    public async Task<BenchResult> MeasureAsync(Algorithm algorithm, Seed seed, TimeSpan duration)
    {
        var begun = clock.GetTimestamp();
        var nonces = NonceRange.All;
        ulong hashes = 0;
        var slices = 0;
        await Task.WhenAll(Enumerable.Range(0, threads.SlicesWanted).Select(_ => LaneAsync()));
        var elapsed = clock.GetElapsedTime(begun);
        var status = engine.GetStatus();
        return new()
        {
            Rate = new(hashes / elapsed.TotalSeconds),
            Hashes = hashes,
            Elapsed = elapsed,
            Threads = status.Threads,
            Algorithm = algorithm,
            DatasetMode = status.DatasetMode.ModeName(),
        };

        // Each keeps one slice at the engine; together there are a few more than threads.
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
                    Generation = threads.Epoch,
                    Algorithm = algorithm,
                    Seed = seed,
                    Blob = algorithm == Algorithm.GhostRider ? GhostRiderHeader(slices++) : [.. new byte[BlobBytes]],
                    NonceOffset = algorithm == Algorithm.GhostRider ? GhostRiderNonceOffset : NonceOffset,
                    Range = nonces.Take(threads.SliceCount, out nonces),
                    Target = default,
                });
                hashes += result.HashesDone;
                if (result.HashesDone == 0)
                {
                    // Overtaken by a new job, or the engine has changed its seed: not in a tight loop.
                    await Task.Delay(OwnThreads.SliceDuration, clock);
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
