using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// One seed's hashes on the caller's thread, outside any engine: the command line's `hash`, the practice pool's checks. One call at a time.
/// </summary>
public sealed class Hasher : IDisposable
{
    private const ulong ChunkItems = 32_768;

    private readonly HashDatasetHandle _dataset;
    private readonly HashContextHandle _context;

    private Hasher(HashDatasetHandle dataset, bool hugePages)
    {
        _dataset = dataset;
        _context = HashContextHandle.CreateSingle(dataset, hugePages);
    }

    /// <summary>Runs the self-test, then makes the dataset; blocks for a second in light mode, for many in fast mode.</summary>
    /// <param name="fast">The whole dataset in memory: 2336 MiB while it is made, 2080 MiB then. Otherwise 256 MiB.</param>
    /// <param name="threads">How many threads make the dataset, 1 or more.</param>
    /// <param name="progress">Told 0..1 from those threads; null for none.</param>
    /// <exception cref="HashEngineException">No memory, algorithm not available, or seed of a wrong length.</exception>
    public static Hasher Create(Algorithm algorithm, Seed seed, bool fast, int threads = 1, bool hugePages = true, Action<double>? progress = null)
    {
        SelfTest.Run(algorithm);
        return CreateUntested(algorithm, seed, fast, threads, hugePages, progress);
    }

    internal static Hasher CreateUntested(Algorithm algorithm, Seed seed, bool fast, int threads = 1, bool hugePages = false,
        Action<double>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        HashDatasetHandle.TryCreate(algorithm, seed, fast ? RandomXItems.All : RandomXItems.None, hugePages, out var dataset)
            .ThrowIfFailed($"make the {algorithm.WireName()} dataset");
        try
        {
            Fill(dataset, threads, progress);
            dataset.Finish();
            return new(dataset, hugePages);
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }

    /// <param name="input">0..65,536 bytes.</param>
    public Hash256 Hash(ReadOnlySpan<byte> input) => _context.Hash(input);

    /// <summary>The same input on each of the machines that a hashing thread has for RandomX; other code than <see cref="Hash"/>.</summary>
    internal Hash256[] HashOnAllMachines(byte[] input)
    {
        var shape = RandomXShape.Guess(_dataset.Algorithm, _dataset.Items);
        using var context = HashContextHandle.Create(_dataset, hugePages: false, lanes: null, shape);
        var hashes = new byte[shape.Machines * Hash256.Size];
        context.HashMany([.. Enumerable.Repeat(input, (int)shape.Machines).SelectMany(bytes => bytes)], input.Length, hashes);
        return [.. hashes.Chunk(Hash256.Size).Select(hash => Hash256.FromBytes(hash))];
    }

    public void Dispose()
    {
        _context.Dispose();
        _dataset.Dispose();
    }

    private static void Fill(HashDatasetHandle dataset, int threads, Action<double>? progress)
    {
        var items = dataset.Items;
        var next = 0UL;
        var done = 0UL;
        Exception? failure = null;
        var helpers = Enumerable.Range(0, items == 0 ? 0 : threads)
            .Select(index => new Thread(FillChunks) { Name = $"dataset-{index}", IsBackground = true }).ToList();
        helpers.ForEach(thread => thread.Start());
        helpers.ForEach(thread => thread.Join());
        if (failure is not null)
        {
            throw new HashEngineException(failure.Message);
        }

        void FillChunks()
        {
            try
            {
                while (Interlocked.Add(ref next, ChunkItems) - ChunkItems is var first && first < items)
                {
                    var count = Math.Min(ChunkItems, items - first);
                    dataset.Init(first, count);
                    progress?.Invoke((double)Interlocked.Add(ref done, count) / items);
                }
            }
            catch (Exception e)
            {
                // The outer edge of a thread: rethrown by the one that waits.
                failure = e;
            }
        }
    }
}
