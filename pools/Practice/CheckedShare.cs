using P2PMiner.Hashing;

namespace P2PMiner.Pools.Practice;

/// <summary>A share whose form, job and claimed hash are in order; whether the hash is right is still open.</summary>
/// <param name="Claimed">The hash itself, with rx/2 too; that the submitted result commits to it has been checked.</param>
internal readonly record struct CheckedShare(PracticeJob Job, uint Nonce, Hash256 Claimed)
{
    /// <summary>The blob with the share's nonce in it.</summary>
    public byte[] Input() => NonceInput.Of(Job.Blob, PracticeBlock.NonceOffset, Nonce);
}
