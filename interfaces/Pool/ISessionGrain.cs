namespace P2PMiner.Pool;

/// <summary>
/// Tells which session counts; every silo can be asked. A session is named by the node id of its master: two masters that meet after a
/// partition have two sessions, each with its own pool connection, and never share a nonce space. Stateless worker; key 0.
/// </summary>
[Alias("p2p.ISessionGrain")]
public interface ISessionGrain : IGrainWithIntegerKey
{
    /// <summary>Key of the pool session grain and the job grain; null: this silo knows of no master yet.</summary>
    [Alias("GetName")]
    ValueTask<string?> GetNameAsync();
}
