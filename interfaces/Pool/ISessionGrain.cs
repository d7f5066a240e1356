namespace P2PMiner.Pool;

/// <summary>
/// Tells which session counts, from whichever silo is asked. A session is named by the node id of its master: two masters that meet again after a
/// partition have two sessions, with a pool connection each, and never share a nonce space. Stateless worker; key 0.
/// </summary>
[Alias("p2p.ISessionGrain")]
public interface ISessionGrain : IGrainWithIntegerKey
{
    /// <summary>Key of the pool session grain and the job grain; null: this silo knows of no master yet.</summary>
    [Alias("GetName")]
    ValueTask<string?> GetNameAsync();
}
