using System.Buffers.Binary;
using System.Collections.Immutable;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Silo.Commands;

/// <summary>
/// The benchmark that everyone can check: nonces 0..N-1 at offset 39 of 112 zero bytes, seed 32 zero bytes. The sum is the exclusive or of
/// the last 8 bytes of all hashes (with rx/2: commitments), read as little-endian numbers, so that their order does not matter.
/// </summary>
internal sealed class Benchmark(IHashEngine engine, Algorithm algorithm)
{
    /// <summary>
    /// At least this many, in multiples of what a thread works on at once. Less than a tenth of a second for one thread in fast mode.
    /// </summary>
    private const ulong SliceHashes = 32;

    private const int NonceOffset = 39;
    private static readonly ImmutableArray<byte> Blob = [.. new byte[112]];
    private static readonly Seed ZeroSeed = Seed.FromBytes(new byte[32]);

    /// <summary>Published by others, except the first two, which were computed with librandomx.</summary>
    private static readonly Dictionary<(Algorithm, ulong), ulong> Known = new()
    {
        [(Algorithm.RandomX, 100)] = 0x1DC30F85A9C4636C,
        [(Algorithm.RandomX, 1_000)] = 0x956BF51555D7FC2A,
        [(Algorithm.RandomX, 10_000)] = 0x4A597463865ACF0E,
        [(Algorithm.RandomX, 20_000)] = 0xC82B490C757DA738,
        [(Algorithm.RandomX, 250_000)] = 0x7D6054757BB08A63,
        [(Algorithm.RandomX, 500_000)] = 0x96607546DE1F5ECC,
        [(Algorithm.RandomX, 1_000_000)] = 0x898B6E0431C28A6B,
        [(Algorithm.RandomX, 10_000_000)] = 0xB5231262E2792B26,
        [(Algorithm.RandomXV2, 250_000)] = 0x18CF741A71484072,
    };

    /// <summary>The sum that others got; null for a count whose sum is not known.</summary>
    public static ulong? KnownSum(Algorithm algorithm, ulong count) => Known.TryGetValue((algorithm, count), out var sum) ? sum : null;

    public Task PrepareAsync(CancellationToken cancellation) => engine.PrepareAsync(algorithm, ZeroSeed, cancellation);

    /// <param name="count">1..2^32.</param>
    /// <param name="progress">Told how many hashes are done, after each slice.</param>
    /// <exception cref="HashEngineException">A slice was not finished.</exception>
    public async Task<ulong> RunAsync(ulong count, Action<ulong> progress, CancellationToken cancellation)
    {
        // Two for each thread: a thread that ends one finds the next without waiting for us.
        var running = new Queue<Task<SliceResult>>();
        var lanes = (ulong)engine.GetStatus().Lanes;
        var sliceHashes = (SliceHashes + lanes - 1) / lanes * lanes;
        var rest = new NonceRange(0, count);
        var (sum, done) = (0UL, 0UL);
        while (!rest.IsEmpty || running.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            while (!rest.IsEmpty && running.Count < 2 * engine.GetStatus().Threads)
            {
                running.Enqueue(engine.SearchAsync(Slice(rest.Take(sliceHashes, out rest))));
            }

            var result = await running.Dequeue();
            if (result.HashesDone != (ulong)result.Hits.Length || result.HashesDone == 0)
            {
                throw new HashEngineException($"the benchmark got {result.Hits.Length} of {result.HashesDone} hashes");
            }

            sum = result.Hits.Aggregate(sum, (xor, hit) => xor ^ Judged(hit).W3);
            done += result.HashesDone;
            progress(done);
        }

        return done == count ? sum : throw new HashEngineException($"the benchmark did {done} of {count} hashes");
    }

    private Hash256 Judged(NonceHit hit)
    {
        Span<byte> input = [.. Blob];
        BinaryPrimitives.WriteUInt32LittleEndian(input[NonceOffset..], hit.Nonce);
        return Commitment.Judged(algorithm, input, hit.Hash);
    }

    private SearchSlice Slice(NonceRange range) => new()
    {
        Generation = 1, Algorithm = algorithm, Seed = ZeroSeed, Blob = Blob, NonceOffset = NonceOffset, Range = range, Target = Target.Easiest,
    };
}
