namespace P2PMiner.Doctor;

/// <summary>Examines a node and its machine. Key: the node id; lives on that node's silo.</summary>
[Alias("p2p.INodeDoctorGrain")]
public interface INodeDoctorGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes a few seconds, and changes nothing. One examination at a time: who asks meanwhile, or shortly after, gets the findings of the same one. It reveals
    /// no secrets: neither wallets nor passwords nor what files contain.
    /// </summary>
    [Alias("Examine"), ResponseTimeout("00:00:30")]
    Task<NodeReport> ExamineAsync();
}
