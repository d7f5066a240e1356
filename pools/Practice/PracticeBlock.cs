using System.Buffers.Binary;
using System.Security.Cryptography;
using P2PMiner.Hashing;

namespace P2PMiner.Pools.Practice;

/// <summary>One block of the practice chain: it is empty, but its hashing blobs have the form of Monero's.</summary>
internal sealed record PracticeBlock
{
    public const int NonceOffset = 39;

    // The roots of all extra nonces are derived from it, so that a miner that returns finds the blob it left.
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    public required ulong Height { get; init; }

    /// <summary>Random: 32 bytes as the hash of the block before.</summary>
    public byte[] Previous { get; } = RandomNumberGenerator.GetBytes(32);

    public required Seed Seed { get; init; }
    public required Seed? NextSeed { get; init; }

    /// <summary>32 bytes that only this block has, for any use: other parts of a job than a blob.</summary>
    /// <param name="refresh">As of <see cref="Blob"/>.</param>
    public byte[] Derive(uint refresh, string use)
        => SHA256.HashData([.. _secret, .. BitConverter.GetBytes(refresh), .. System.Text.Encoding.UTF8.GetBytes(use)]);

    /// <summary>
    /// The blob of one extra nonce, 76 or 77 bytes: version 16, 16, timestamp varint (5 bytes from 1978 to 3058), previous id, nonce,
    /// root, transaction count varint.
    /// </summary>
    /// <param name="refresh">Counts the jobs of this block; another one has another root and transaction count.</param>
    /// <param name="unixSeconds">Time of the block.</param>
    /// <param name="fixedNonceByte">Written to the last nonce byte; 0 without NiceHash mode.</param>
    public byte[] Blob(uint refresh, uint extraNonce, ulong unixSeconds, byte fixedNonceByte)
    {
        Span<byte> blob = stackalloc byte[77];
        blob.Clear();
        blob[0] = blob[1] = 16;
        for (var i = 2; i < 7; i++, unixSeconds >>= 7)
        {
            blob[i] = (byte)(i < 6 ? unixSeconds | 0x80 : unixSeconds & 0x7f);
        }

        Previous.CopyTo(blob[7..]);
        blob[NonceOffset + 3] = fixedNonceByte;

        Span<byte> rootSource = stackalloc byte[40];
        _secret.CopyTo(rootSource);
        BinaryPrimitives.WriteUInt32LittleEndian(rootSource[32..], refresh);
        BinaryPrimitives.WriteUInt32LittleEndian(rootSource[36..], extraNonce);
        SHA256.HashData(rootSource, blob[43..75]);

        // 1 to 300 transactions, so that both lengths of blob occur.
        var transactions = 1 + (BinaryPrimitives.ReadUInt32LittleEndian(_secret) + refresh * 37) % 300;
        blob[75] = (byte)(transactions < 128 ? transactions : transactions | 0x80);
        blob[76] = (byte)(transactions >> 7);
        return blob[..(transactions < 128 ? 76 : 77)].ToArray();
    }
}
