using System.Collections.Immutable;
using P2PMiner.Datasets;
using P2PMiner.Grains.Hashing;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Benchmarks;

/// <summary>For processes that must have an engine and hash nothing.</summary>
internal sealed class NoEngine : IHashEngine, INodeFaults
{
    public Task PrepareAsync(Algorithm algorithm, Seed seed, CancellationToken cancellation) => throw Unused();

    public void ExpectSeed(Algorithm algorithm, Seed seed) => throw Unused();

    public Task<SliceResult> SearchAsync(SearchSlice slice) => throw Unused();

    public Task<SliceResult> SearchAsGuestAsync(SearchSlice slice, CancellationToken cancellation) => throw Unused();

    public Task<ImmutableArray<Hash256>> HashAsGuestAsync(HashBatch batch, CancellationToken cancellation) => throw Unused();

    public void Preempt(ulong generation) => throw Unused();

    public ValueTask<Hash256> HashAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input, CancellationToken cancellation) => throw Unused();

    public Task<Hash256> RecomputeAsync(Algorithm algorithm, Seed seed, ReadOnlyMemory<byte> input) => throw Unused();

    public void SetThreads(int threads) => throw Unused();

    public void Report(string fault) => throw Unused();

    public EngineStatus GetStatus() => throw Unused();

    private static NotSupportedException Unused() => new("nothing is hashed here");
}
