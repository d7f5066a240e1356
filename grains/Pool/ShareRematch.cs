using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Pool;

namespace P2PMiner.Grains.Pool;

/// <summary>Whether a share that lost its connection is still worth something on the next one.</summary>
internal static class ShareRematch
{
    /// <summary>
    /// The pool job to hand the share in under; null: it is lost. A pool job must have come back with the same blob apart from the nonce, since its hash is of
    /// that blob: the same job id over another blob would be a bad share, and bad shares get miners banned. Not for jobs that are whole blocks, see
    /// <see cref="IsBlock"/>, nor for those of Stratum v1, which end with their connection, see <see cref="IsBoundToConnection"/>.
    /// </summary>
    public static PoolJob? Find(PoolJob old, PoolJob current, VerifiedShare share)
        => SameWork(old, current) && current.Nonces.Contains(share.Nonce) && current.Target.IsMetBy(Judged(current, share)) ? current : null;

    /// <summary>
    /// Its shares can be handed in over the connection that it came over, and nowhere else. The pool puts its extranonce1 for the connection into the coinbase
    /// transaction itself, so over another one it would hash another header.
    /// </summary>
    public static bool IsBoundToConnection(PoolJob job) => job.Template is StratumV1Template;

    /// <summary>
    /// What is found for it is a block, whole in the job that it was found for, and any daemon takes it as long as its parent is the
    /// chain's last block. The connection to the daemon knows whether it is.
    /// </summary>
    public static bool IsBlock(PoolJob job) => job.Template is MoneroBlockTemplate;

    private static Hash256 Judged(PoolJob job, VerifiedShare share)
        => Commitment.Judged(job.Algorithm, NonceInput.Of(job.Blob.AsSpan(), job.NonceOffset, share.Nonce), share.Hash);

    private static bool SameWork(PoolJob old, PoolJob current)
    {
        if (old.Template is not null || current.Template is not null || old.Algorithm != current.Algorithm || old.Seed != current.Seed
            || old.NonceOffset != current.NonceOffset)
        {
            return false;
        }

        var before = old.Blob.AsSpan();
        var after = current.Blob.AsSpan();
        var tail = old.NonceOffset + 4;
        return before.Length == after.Length
            && before[..old.NonceOffset].SequenceEqual(after[..old.NonceOffset])
            && before[tail..].SequenceEqual(after[tail..]);
    }
}
