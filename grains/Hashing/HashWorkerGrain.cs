using Orleans.Concurrency;
using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Hashing;

/// <summary>
/// See <see cref="IHashWorkerGrain"/>. The turn awaits the engine's thread and never hashes itself. The peer grain has hardly more slices out than
/// there are hashing threads, so there are no more activations than that; the limit only has to be high enough.
/// </summary>
[StatelessWorker(maxLocalWorkers: PeerCapabilities.MaxThreads)]
internal sealed class HashWorkerGrain(IHashEngine engine, SliceEpoch epoch) : Grain, IHashWorkerGrain
{
    /// <summary>Far above what one thread does in a slice of the peer grain's. The excess goes back undone.</summary>
    private const ulong MostNonces = 1 << 20;

    private static readonly SliceResult NotDone = new() { Hits = [] };

    public ValueTask<SliceResult> SearchAsync(SearchSlice slice)
        => slice.Generation == epoch.Current ? new(engine.SearchAsync(slice with { Range = slice.Range.Take(MostNonces, out _) })) : new(NotDone);
}
