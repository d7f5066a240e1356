using System.Buffers.Binary;
using System.Numerics;

namespace P2PMiner.TestKit;

/// <summary>Keccak-256 and the tree hash written straight from their definitions, slowly, and blocks made to order: what our code is held to.</summary>
internal static class PlainMonero
{
    public static byte[] Keccak(ReadOnlySpan<byte> input)
    {
        const int rate = 136;
        var padded = new byte[(input.Length / rate + 1) * rate];
        input.CopyTo(padded);
        padded[input.Length] ^= 0x01;
        padded[^1] ^= 0x80;
        var state = new ulong[5, 5];
        for (var block = 0; block < padded.Length; block += rate)
        {
            for (var i = 0; i < rate / 8; i++)
            {
                state[i % 5, i / 5] ^= BinaryPrimitives.ReadUInt64LittleEndian(padded.AsSpan(block + 8 * i));
            }

            Permute(state);
        }

        var output = new byte[32];
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(output.AsSpan(8 * i), state[i % 5, i / 5]);
        }

        return output;
    }

    /// <summary>With m the largest power of two below n: keep 2m - n leaves, pair the rest, and begin again with the m that result.</summary>
    public static byte[] TreeHash(IReadOnlyList<byte[]> leaves)
    {
        if (leaves.Count == 1)
        {
            return leaves[0];
        }

        if (leaves.Count == 2)
        {
            return Keccak([.. leaves[0], .. leaves[1]]);
        }

        var m = 1;
        while (m * 2 < leaves.Count)
        {
            m *= 2;
        }

        var kept = 2 * m - leaves.Count;
        var next = leaves.Take(kept).ToList();
        for (var i = kept; i < leaves.Count; i += 2)
        {
            next.Add(Keccak([.. leaves[i], .. leaves[i + 1]]));
        }

        return TreeHash(next);
    }

    /// <summary>A block with reserved bytes, and its hashing blob for the extra nonce written into them.</summary>
    public static PlainBlock MakeBlock(
        Random random, int transactions, uint extraNonce = 0, int outputs = 1, ulong height = 3_000_000, ulong timestamp = 1_795_435_024,
        byte outputType = 3, int reserve = 4, byte major = 16, byte[]? previous = null)
    {
        var header = new List<byte>([major, 16, .. Varint(timestamp), .. previous ?? Bytes(random, 32)]);
        header.AddRange(new byte[4]);
        var prefix = new List<byte>([2, .. Varint(height + 60), 1, 0xff, .. Varint(height), .. Varint((ulong)outputs)]);
        for (var i = 0; i < outputs; i++)
        {
            prefix.AddRange([.. Varint(600_000_000_000 + (ulong)i), outputType, .. Bytes(random, outputType == 3 ? 33 : 32)]);
        }

        byte[] extraHead = [1, .. Bytes(random, 32), 2, (byte)reserve];
        prefix.AddRange([.. Varint((ulong)(extraHead.Length + reserve)), .. extraHead]);
        var reserved = header.Count + prefix.Count;
        var nonceBytes = new byte[reserve];
        BinaryPrimitives.WriteUInt32LittleEndian(nonceBytes, extraNonce);
        prefix.AddRange(nonceBytes);

        var others = Enumerable.Range(0, transactions - 1).Select(_ => Bytes(random, 32)).ToList();
        var minerHash = Keccak([.. Keccak(prefix.ToArray()), .. Keccak([0]), .. new byte[32]]);
        var root = TreeHash([minerHash, .. others]);
        var block = (byte[])[.. header, .. prefix, 0, .. Varint((ulong)others.Count), .. others.SelectMany(hash => hash)];
        return new(block, reserved, reserve, [.. header, .. root, .. Varint((ulong)transactions)]);
    }

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value /= 128)
        {
            bytes.Add((byte)(value % 128 + 128));
        }

        return [.. bytes, (byte)value];
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Permute(ulong[,] a)
    {
        byte lfsr = 1;
        for (var round = 0; round < 24; round++)
        {
            var column = new ulong[5];
            for (var x = 0; x < 5; x++)
            {
                column[x] = a[x, 0] ^ a[x, 1] ^ a[x, 2] ^ a[x, 3] ^ a[x, 4];
            }

            for (var x = 0; x < 5; x++)
            {
                for (var y = 0; y < 5; y++)
                {
                    a[x, y] ^= column[(x + 4) % 5] ^ BitOperations.RotateLeft(column[(x + 1) % 5], 1);
                }
            }

            var moved = new ulong[5, 5];
            moved[0, 0] = a[0, 0];
            for (var (x, y, t) = (1, 0, 0); t < 24; t++)
            {
                moved[y, (2 * x + 3 * y) % 5] = BitOperations.RotateLeft(a[x, y], (t + 1) * (t + 2) / 2 % 64);
                (x, y) = (y, (2 * x + 3 * y) % 5);
            }

            for (var x = 0; x < 5; x++)
            {
                for (var y = 0; y < 5; y++)
                {
                    a[x, y] = moved[x, y] ^ (~moved[(x + 1) % 5, y] & moved[(x + 2) % 5, y]);
                }
            }

            for (var j = 0; j < 7; j++)
            {
                if ((lfsr & 1) != 0)
                {
                    a[0, 0] ^= 1UL << ((1 << j) - 1);
                }

                lfsr = (byte)((lfsr << 1) ^ ((lfsr & 0x80) != 0 ? 0x71 : 0));
            }
        }
    }
}

internal sealed record PlainBlock(byte[] Block, int ReservedOffset, int ReservedSize, byte[] HashingBlob);
