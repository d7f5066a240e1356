using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// The commitment of rx/2: Blake2b of 32 bytes over an input and its hash. It takes the hash's place before a target, so that a share can
/// be refused as too easy without the work of RandomX.
/// </summary>
public static class Commitment
{
    /// <param name="input">0..65,536 bytes.</param>
    /// <param name="hash">The RandomX hash of the input.</param>
    public static unsafe Hash256 Of(ReadOnlySpan<byte> input, Hash256 hash)
    {
        var bytes = stackalloc byte[Hash256.Size];
        hash.CopyTo(new Span<byte>(bytes, Hash256.Size));
        fixed (byte* from = input)
        {
            NativeMethods.RandomXCommitment(from, (nuint)input.Length, bytes, bytes).ThrowIfFailed($"compute the commitment of {input.Length} bytes");
        }

        return Hash256.FromBytes(new ReadOnlySpan<byte>(bytes, Hash256.Size));
    }

    /// <summary>What a target is compared with: the commitment for rx/2, otherwise the hash itself.</summary>
    /// <param name="input">What was hashed, its nonce included.</param>
    public static Hash256 Judged(Algorithm algorithm, ReadOnlySpan<byte> input, Hash256 hash)
        => algorithm == Algorithm.RandomXV2 ? Of(input, hash) : hash;
}
