namespace P2PMiner.History;

/// <summary>What a node has written down of itself, of the other nodes and of the cluster. Key: the node id; lives on that node's silo.</summary>
[Alias("p2p.IHistoryGrain")]
public interface IHistoryGrain : IGrainWithStringKey
{
    /// <summary>The next part of it. It changes nothing, and reveals no secrets.</summary>
    [Alias("Read"), ResponseTimeout("00:00:10")]
    Task<HistoryPage> ReadAsync(HistoryAsk ask);
}
