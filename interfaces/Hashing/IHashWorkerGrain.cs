namespace P2PMiner.Hashing;

/// <summary>Runs one slice at a time on one of this node's hashing threads. Stateless worker; key 0.</summary>
[Alias("p2p.IHashWorkerGrain")]
public interface IHashWorkerGrain : IGrainWithIntegerKey
{
    /// <summary>Completes when the slice is done or a later generation preempted it.</summary>
    [Alias("Search")]
    ValueTask<SliceResult> SearchAsync(SearchSlice slice);
}
