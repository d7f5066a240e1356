using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Datasets;

/// <summary>
/// Hashes for peers that cannot hold the dataset, on cores that this node's own mining leaves idle. Key: the node id; lives on that node's silo.
/// The number of waiting requests is limited for each peer and in all, and peers take turns.
/// </summary>
[Alias("p2p.IDatasetHostGrain")]
public interface IDatasetHostGrain : IGrainWithStringKey
{
    [Alias("Hash"), ResponseTimeout("00:00:15")]
    Task<RemoteHashes> HashAsync(NodeId peer, HashBatch batch);

    /// <summary>Searches a range from its start for nonces that meet the target.</summary>
    [Alias("Search"), ResponseTimeout("00:00:15")]
    Task<RemoteSlice> SearchAsync(NodeId peer, SearchSlice slice);

    /// <summary>Ends the peer's slices of generations below <paramref name="generation"/>, as <see cref="IHashWorkerGrain"/> does for a node's own.</summary>
    [Alias("Preempt")]
    ValueTask PreemptAsync(NodeId peer, ulong generation);

    [Alias("GetStatus")]
    ValueTask<DatasetHostStatus> GetStatusAsync();
}
