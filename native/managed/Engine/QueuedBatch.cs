using System.Collections.Immutable;
using P2PMiner.Datasets;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>A batch of inputs and the promise of their hashes.</summary>
internal sealed class QueuedBatch(HashBatch batch)
    : TaskCompletionSource<ImmutableArray<Hash256>>(TaskCreationOptions.RunContinuationsAsynchronously), IQueuedWork
{
    private ImmutableArray<Hash256> _hashes = [];

    public ulong Generation => 0;

    public bool IsFor(DatasetBuild build) => build.IsFor(batch.Algorithm, batch.Seed);

    public ulong Run(HashThread thread, TimeProvider clock)
    {
        _hashes = thread.Hash(batch.Inputs);
        return (ulong)_hashes.Length;
    }

    public void Complete() => TrySetResult(_hashes);

    public void Fail(Exception exception) => TrySetException(exception);

    public void GiveBack() => TrySetResult([]);
}
