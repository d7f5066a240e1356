using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>A slice and the promise of its result in one object.</summary>
internal sealed class QueuedSlice(SearchSlice slice)
    : TaskCompletionSource<SliceResult>(TaskCreationOptions.RunContinuationsAsynchronously), IQueuedWork
{
    private SliceResult _result;

    public SearchSlice Slice { get; } = slice;

    public ulong Generation => Slice.Generation;

    public bool IsFor(DatasetBuild build) => build.IsFor(Slice.Algorithm, Slice.Seed);

    public ulong Run(HashThread thread, TimeProvider clock)
    {
        _result = thread.Search(Slice, clock);
        return _result.HashesDone;
    }

    public void Complete() => TrySetResult(_result);

    public void Fail(Exception exception) => TrySetException(exception);

    public void GiveBack() => TrySetResult(new() { Hits = [] });
}
