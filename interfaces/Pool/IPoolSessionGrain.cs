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

    /// <summary>
    /// Another node is master: ends the session and its pool connection. Shares that are still on their way get their answer first.
    /// </summary>
    [Alias("Stop")]
    Task StopAsync();

    /// <summary>Completes when the pool has answered, or the share is lost with its connection.</summary>
    /// <remarks>May wait as long as the pool is away, so it has a time limit of its own.</remarks>
    [Alias("Submit"), ResponseTimeout("00:10:00")]
    Task<ShareOutcome> SubmitAsync(VerifiedShare share);

    /// <summary>
    /// Tells the session which pools a node knows, and the node which pools count, so that it has them if it becomes the next master. The
    /// session takes over a node's pools if it has none, or if they were changed more often than its own.
    /// </summary>
    /// <returns>None while the session has no pool, or a pool that is not for other nodes.</returns>
    [Alias("SharePools")]
    ValueTask<PoolSet> SharePoolsAsync(PoolSet known);

    /// <summary>Adds a pool after the existing ones, for as long as a node of the cluster lives.</summary>
    /// <returns>Null: done; otherwise why not, in one line.</returns>
    [Alias("AddPool")]
    ValueTask<string?> AddPoolAsync(NewPool pool);

    /// <summary>Takes a pool out of use; if it is the current one, the next takes over at once. The last one cannot be removed.</summary>
    /// <param name="url">As in <see cref="PoolStatus.Pools"/>, or its host:port.</param>
    /// <returns>As of <see cref="AddPoolAsync"/>.</returns>
    [Alias("RemovePool")]
    ValueTask<string?> RemovePoolAsync(string url);

    /// <summary>Makes a pool the preferred one. The current one serves until the new one has sent a job.</summary>
    /// <param name="url">As of <see cref="RemovePoolAsync"/>.</param>
    /// <returns>As of <see cref="AddPoolAsync"/>.</returns>
    [Alias("SwitchPool")]
    ValueTask<string?> SwitchPoolAsync(string url);

    /// <summary>
    /// Sets the algorithms offered to pools, preferred first, and logs in again with them. A new algorithm is tested first: this takes a
    /// second or two on an idle machine, and many times that on one that mines with all its cores.
    /// </summary>
    /// <returns>As of <see cref="AddPoolAsync"/>: an algorithm that this node's library cannot hash is refused.</returns>
    [Alias("SetAlgorithms"), ResponseTimeout("00:01:00")]
    ValueTask<string?> SetAlgorithmsAsync(IReadOnlyList<Algorithm> algorithms);

    [Alias("GetStatus")]
    ValueTask<PoolStatus> GetStatusAsync();
}
