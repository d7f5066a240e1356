using System.Buffers.Binary;
using P2PMiner.Hashing;

namespace P2PMiner.Pools.Practice;

/// <summary>A job as one miner got it. A job id means one blob and one target: a new target comes with a new id.</summary>
internal sealed class PracticeJob(string id, PracticeBlock block, Algorithm algorithm, byte[] blob, ulong difficulty, bool shortTarget)
{
    public string Id => id;
    public PracticeBlock Block => block;
    public Algorithm Algorithm => algorithm;
    public byte[] Blob => blob;
    public string BlobHex { get; } = Convert.ToHexStringLower(blob);
    public string TargetHex { get; } = EncodeTarget(difficulty, shortTarget);

    /// <summary>What <see cref="TargetHex"/> means to the miner that reads it: rounding is decided in one place.</summary>
    public Target Target => Target.TryParse(TargetHex, out var target)
        ? target : throw new InvalidOperationException($"target {TargetHex} cannot be read back");

    /// <summary>8 or 16 hex digits, little-endian. Beyond 2^24 the short form would be too coarse, so the long one is sent.</summary>
    private static string EncodeTarget(ulong difficulty, bool shortTarget)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (shortTarget && difficulty <= 1 << 24)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)(uint.MaxValue / difficulty));
            return Convert.ToHexStringLower(bytes[..4]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue / difficulty);
        return Convert.ToHexStringLower(bytes);
    }
}
