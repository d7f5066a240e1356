using System.Buffers.Binary;
using System.Security.Cryptography;
using P2PMiner.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Pools.Blobs;

/// <summary>
/// Block headers of Stratum v1 jobs: version 4, previous block's hash 32, Merkle root 32, time 4, bits 4, nonce 4; numbers little-endian, hashes in the byte
/// order of the hashing.
/// </summary>
internal static class V1Header
{
    public const int Size = 80;
    public const int PreviousHashOffset = 4;
    public const int RootOffset = 36;
    public const int TimeOffset = 68;
    public const int BitsOffset = 72;
    public const int NonceOffset = 76;

    /// <summary>The header for an extra nonce.</summary>
    /// <param name="header">One of the same job, for any extra nonce.</param>
    public static byte[] Build(ReadOnlySpan<byte> header, StratumV1Template template, uint extraNonce)
    {
        byte[] coinbase = [.. template.CoinbaseHead, .. template.ExtraNonce1, .. ExtraNonce2(template, extraNonce), .. template.CoinbaseTail];
        var built = header.ToArray();
        var root = built.AsSpan(RootOffset, Hash256.Size);
        DoubleSha256(coinbase, root);
        Span<byte> pair = stackalloc byte[2 * Hash256.Size];
        foreach (var branch in template.Branches)
        {
            root.CopyTo(pair);
            branch.CopyTo(pair[Hash256.Size..]);
            DoubleSha256(pair, root);
        }

        return built;
    }

    /// <summary>Our part of the extra nonce in the coinbase transaction.</summary>
    /// <param name="extraNonce">Below <see cref="ExtraNonceTemplate.ExtraNonces"/>.</param>
    public static byte[] ExtraNonce2(StratumV1Template template, uint extraNonce)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(extraNonce, template.ExtraNonces);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(number, extraNonce);
        var bytes = new byte[template.ExtraNonce2Bytes];
        number[..Math.Min(bytes.Length, number.Length)].CopyTo(bytes);
        return bytes;
    }

    private static void DoubleSha256(ReadOnlySpan<byte> input, Span<byte> hash)
    {
        Span<byte> first = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, first);
        SHA256.HashData(first, hash);
    }
}
