using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Commands;

/// <summary>
/// Nonces 0..N-1 of each header of <see cref="GhostRiderHeaders"/>. The sum is the exclusive or of the last 8 bytes of all hashes, read as little-endian
/// numbers, so that their order does not matter.
/// </summary>
internal sealed class GhostRiderBenchRun(IHashEngine engine)
{
    /// <summary>Computed once with the portable kernels, nonces of each header by sum.</summary>
    private static readonly Dictionary<ulong, ulong> Recorded = new()
    {
        [OptionValues.GhostRiderQuickBenchNonces] = 0x39CB6894188C86B9,
        [OptionValues.GhostRiderBenchNonces] = 0x512E2A1A5D35C8EB,
    };

    /// <summary>Null: none has been recorded for this many nonces.</summary>
    public static ulong? RecordedSum(ulong nonces) => Recorded.TryGetValue(nonces, out var sum) ? sum : null;

    public Task PrepareAsync(CancellationToken cancellation) => engine.PrepareAsync(Algorithm.GhostRider, Seed.None, cancellation);

    /// <param name="nonces">Of each header, 1 or more.</param>
    /// <param name="progress">Told how many hashes are done, after each slice.</param>
    /// <exception cref="HashEngineException">A slice was not finished.</exception>
    public async Task<ulong> RunAsync(ulong nonces, Action<ulong> progress, CancellationToken cancellation)
    {
        var status = engine.GetStatus();
        var slices = GhostRiderHeaders.All.SelectMany(header => Cut(header, nonces, (ulong)(2 * status.Lanes)));

        // Two for each thread: a thread that ends one finds the next without waiting for us.
        var running = new Queue<Task<SliceResult>>();
        var (sum, done) = (0UL, 0UL);
        foreach (var slice in slices)
        {
            if (running.Count == 2 * status.Threads)
            {
                await AddNextAsync();
            }

            running.Enqueue(engine.SearchAsync(slice));
        }

        while (running.Count > 0)
        {
            await AddNextAsync();
        }

        return sum;

        async Task AddNextAsync()
        {
            cancellation.ThrowIfCancellationRequested();
            var result = await running.Dequeue();
            if (result.HashesDone != (ulong)result.Hits.Length || result.HashesDone == 0)
            {
                throw new HashEngineException($"the benchmark got {result.Hits.Length} of {result.HashesDone} hashes");
            }

            sum = result.Hits.Aggregate(sum, (xor, hit) => xor ^ hit.Hash.W3);
            done += result.HashesDone;
            progress(done);
        }
    }

    private static IEnumerable<SearchSlice> Cut(System.Collections.Immutable.ImmutableArray<byte> header, ulong nonces, ulong sliceHashes)
    {
        for (var rest = new NonceRange(0, nonces); !rest.IsEmpty;)
        {
            yield return new()
            {
                Generation = 1,
                Algorithm = Algorithm.GhostRider,
                Seed = Seed.None,
                Blob = header,
                NonceOffset = GhostRiderHeaders.NonceOffset,
                Range = rest.Take(sliceHashes, out rest),
                Target = Target.Easiest,
            };
        }
    }
}
