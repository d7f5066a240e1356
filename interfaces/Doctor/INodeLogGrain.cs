namespace P2PMiner.Doctor;

/// <summary>What a node's program has logged. Key: the node id; lives on that node's silo.</summary>
[Alias("p2p.INodeLogGrain")]
public interface INodeLogGrain : IGrainWithStringKey
{
    /// <summary>The last lines, as the console shows them; secrets are in none of them. It changes nothing.</summary>
    [Alias("Read"), ResponseTimeout("00:00:10")]
    Task<NodeLog> ReadAsync();
}
