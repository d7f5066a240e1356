using System.Buffers.Binary;

namespace P2PMiner.Hashing;

/// <summary>What is hashed for a nonce.</summary>
public static class NonceInput
{
    /// <summary>A copy of the blob with the nonce written over its 4 bytes there, little-endian.</summary>
    public static byte[] Of(ReadOnlySpan<byte> blob, int nonceOffset, uint nonce)
    {
        var input = blob.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(nonceOffset), nonce);
        return input;
    }
}
