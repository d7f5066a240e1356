using P2PMiner.Hashing;

namespace P2PMiner.Grains.Pool.Practice;

/// <summary>A share whose form, job and claimed hash are in order; whether the hash is right is still open.</summary>
internal readonly record struct CheckedShare(PracticeJob Job, uint Nonce, Hash256 Claimed)
{
    /// <summary>The blob with the share's nonce in it.</summary>
    public byte[] Input()
    {
        var input = (byte[])Job.Blob.Clone();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(PracticeBlock.NonceOffset), Nonce);
        return input;
    }
}
