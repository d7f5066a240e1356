using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Silo.Steering;

/// <summary>
/// What a page can have done to the cluster: the calls of the console. Any thread. Without a master, a silo or an answer they throw
/// <see cref="InvalidOperationException"/>, <see cref="OrleansException"/> or <see cref="TimeoutException"/>; after the last of these it may have been done.
/// </summary>
internal interface IClusterSteering
{
    /// <summary>The node that serves the page.</summary>
    NodeId Self { get; }

    Task PauseAsync(NodeId node);

    Task ResumeAsync(NodeId node);

    Task DrainAsync(NodeId node);

    /// <param name="threads">1 to <see cref="PeerCapabilities.MaxThreads"/>.</param>
    Task SetThreadsAsync(NodeId node, int threads);

    Task QuarantineAsync(NodeId node);

    Task ReleaseAsync(NodeId node);

    /// <returns>Null: done; otherwise why not, in one line without secrets. The same for the next two.</returns>
    Task<string?> AddPoolAsync(NewPool pool);

    Task<string?> RemovePoolAsync(string url);

    Task<string?> SwitchPoolAsync(string url);

    /// <summary>What to type on another machine so that it joins; secret. From then on the key counts as one that other machines have.</summary>
    /// <exception cref="InvalidOperationException">That cannot be written down.</exception>
    string Invite();
}
