using P2PMiner.Datasets;
using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Peers;

/// <summary>A dataset host that keeps what it is sent until the test says what came of it.</summary>
internal sealed class HeldHost : IDatasetHostGrain
{
    public Queue<(SearchSlice Slice, TaskCompletionSource<RemoteSlice> Done)> Searching { get; } = new();

    /// <summary>Generations of which it heard that what was before them is over.</summary>
    public List<ulong> Preempted { get; } = [];

    /// <summary>Ends the oldest slice with all its nonces hashed in half a second.</summary>
    public void End(params NonceHit[] hits)
    {
        var (slice, done) = Searching.Dequeue();
        done.SetResult(new() { Result = new() { HashesDone = slice.Range.Count, Hits = [.. hits], Elapsed = TimeSpan.FromSeconds(0.5) } });
    }

    public Task<RemoteSlice> SearchAsync(NodeId peer, SearchSlice slice)
    {
        Searching.Enqueue((slice, new(TaskCreationOptions.RunContinuationsAsynchronously)));
        return Searching.Last().Done.Task;
    }

    public ValueTask PreemptAsync(NodeId peer, ulong generation)
    {
        Preempted.Add(generation);
        return ValueTask.CompletedTask;
    }

    public Task<RemoteHashes> HashAsync(NodeId peer, HashBatch batch) => throw new NotSupportedException();

    public ValueTask<DatasetHostStatus> GetStatusAsync() => throw new NotSupportedException();
}
