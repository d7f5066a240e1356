using P2PMiner.Hashing;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Jobs;

/// <summary>
/// A peer's claim on nonces of one blob. It is never given to another peer while the job is worth anything, so a late share still has its
/// owner.
/// </summary>
internal sealed class Lease(ulong id, NodeId peer, NonceKey blob, NonceRange range, DateTimeOffset due)
{
    public ulong Id => id;

    public NodeId Peer => peer;

    public NonceKey Blob => blob;

    public NonceRange Range => range;

    /// <summary>When the peer should have finished it.</summary>
    public DateTimeOffset Due => due;

    public ulong HashesDone { get; set; }

    /// <summary>The peer finished it, left, or has not reported long past <see cref="Due"/>.</summary>
    public bool IsOver { get; set; }
}
