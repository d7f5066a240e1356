using P2PMiner.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Pool;

/// <summary>Owns the one pool connection of a session. Key: node id of the master, on whose silo it lives; a new master opens its own.</summary>
[Alias("p2p.IPoolSessionGrain")]
public interface IPoolSessionGrain : IGrainWithStringKey
{
    /// <summary>Starts connecting to the configured pools; does nothing when already started.</summary>
    [Alias("Start")]
    Task StartAsync();

    /// <summary>Another node is master: ends the session and its pool connection. Shares still under way get their answer first.</summary>
    [Alias("Stop")]
    Task StopAsync();

    /// <summary>Completes when the pool has answered, or the share is lost with its connection.</summary>
    /// <remarks>May wait as long as the pool is away, so it has a time limit of its own.</remarks>
    [Alias("Submit"), ResponseTimeout("00:10:00")]
    Task<ShareOutcome> SubmitAsync(VerifiedShare share);

    /// <summary>
    /// Tells the session of the pools that a node knows, and the node of those that count, which it then has should it be the next master. The session takes
    /// them over when it has none, or when they were changed more often than its own.
    /// </summary>
    /// <returns>None while the session has no pool, or has one that is no business of other nodes.</returns>
    [Alias("SharePools")]
    ValueTask<PoolSet> SharePoolsAsync(PoolSet known);

    /// <summary>Adds a pool after those there are, for as long as a node of the cluster lives.</summary>
    /// <returns>Null: done; otherwise why not, in one line.</returns>
    [Alias("AddPool")]
    ValueTask<string?> AddPoolAsync(NewPool pool);

    /// <summary>Takes a pool out of use; when it is the present one, the next takes over at once. The last one cannot be removed.</summary>
    /// <param name="url">As <see cref="PoolStatus.Pools"/> has it, or its host:port.</param>
    /// <returns>As of <see cref="AddPoolAsync"/>.</returns>
    [Alias("RemovePool")]
    ValueTask<string?> RemovePoolAsync(string url);

    /// <summary>Makes a pool the preferred one. The present one serves until that has sent a job.</summary>
    /// <param name="url">As of <see cref="RemovePoolAsync"/>.</param>
    /// <returns>As of <see cref="AddPoolAsync"/>.</returns>
    [Alias("SwitchPool")]
    ValueTask<string?> SwitchPoolAsync(string url);

    /// <summary>
    /// Sets what pools are offered to be mined, preferred first, and logs in anew with it. An algorithm that is new is tried first: a second or two on a machine
    /// that does nothing else, and many times that on one that mines with all its cores.
    /// </summary>
    /// <returns>As of <see cref="AddPoolAsync"/>: an algorithm that this node's library cannot hash is refused.</returns>
    [Alias("SetAlgorithms"), ResponseTimeout("00:01:00")]
    ValueTask<string?> SetAlgorithmsAsync(IReadOnlyList<Algorithm> algorithms);

    [Alias("GetStatus")]
    ValueTask<PoolStatus> GetStatusAsync();
}
