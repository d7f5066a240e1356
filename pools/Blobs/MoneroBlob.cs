using System.Numerics;

namespace P2PMiner.Pools.Blobs;

/// <summary>
/// Where the parts of a Monero block lie in its bytes: header (major, minor and timestamp as varints, previous id 32, nonce 4), miner
/// transaction (version, unlock time, one "gen" input, outputs, extra, then a zero byte as the empty RingCT part), transaction count and
/// the transactions' hashes, 32 bytes each.
/// </summary>
internal sealed record MoneroBlob
{
    public const int NonceSize = 4;
    public const int HashSize = 32;

    private const byte GenInput = 0xff;
    private const byte KeyOutput = 2;
    private const byte TaggedKeyOutput = 3;
    private const int MaxOutputs = 10_000;

    public required int MajorVersion { get; init; }

    /// <summary>As the miner transaction says.</summary>
    public required ulong Height { get; init; }

    /// <summary>39 as long as the versions take one byte each and the timestamp five.</summary>
    public required int NonceOffset { get; init; }

    /// <summary>The miner transaction begins here, right after the nonce.</summary>
    public int MinerTransaction => NonceOffset + NonceSize;

    /// <summary>The bytes of the extra field, its length not included.</summary>
    public required Range Extra { get; init; }

    /// <summary>One past the end of the transaction prefix, which ends with the extra field.</summary>
    public required int PrefixEnd { get; init; }

    /// <summary>Where the hashes of the other transactions begin; the block ends after the last.</summary>
    public required int Hashes { get; init; }

    /// <summary>The other transactions, without the miner's.</summary>
    public required int HashCount { get; init; }

    /// <exception cref="UnusableTemplateException">It is not such a block; the message says which part and at which byte.</exception>
    public static MoneroBlob Parse(ReadOnlySpan<byte> block)
    {
        var reader = new Reader(block);
        var major = reader.Varint("major version");
        reader.Varint("minor version");
        reader.Varint("timestamp");
        reader.Skip(HashSize, "previous id");
        var nonce = reader.Offset;
        reader.Skip(NonceSize, "nonce");

        reader.Expect(2, "miner transaction version");
        reader.Varint("unlock time");
        reader.Expect(1, "number of inputs");
        reader.Expect(GenInput, "input type");
        var height = reader.Varint("input height");
        var outputs = reader.Varint("number of outputs");
        if (outputs > MaxOutputs)
        {
            throw Wrong("number of outputs", reader.Offset, $"{outputs} is too large");
        }

        for (var i = 0UL; i < outputs; i++)
        {
            reader.Varint("output amount");
            var type = reader.Byte("output type");
            reader.Skip(type switch
            {
                KeyOutput => HashSize,
                TaggedKeyOutput => HashSize + 1,
                _ => throw Wrong("output type", reader.Offset - 1, $"{type} is unknown"),
            }, "output key");
        }

        var extraBytes = reader.Varint("length of the extra field");
        var extra = reader.Offset;
        reader.Skip(extraBytes, "extra field");
        var prefixEnd = reader.Offset;
        reader.Expect(0, "RingCT type");

        var hashCount = reader.Varint("number of transactions");
        var hashes = reader.Offset;
        if (hashCount != (ulong)(block.Length - hashes) / HashSize || (block.Length - hashes) % HashSize != 0)
        {
            throw Wrong("number of transactions", hashes, $"{hashCount} do not fill the {block.Length - hashes} bytes that follow");
        }

        return new()
        {
            MajorVersion = (int)Math.Min(major, int.MaxValue),
            Height = height,
            NonceOffset = nonce,
            Extra = extra..prefixEnd,
            PrefixEnd = prefixEnd,
            Hashes = hashes,
            HashCount = (int)hashCount,
        };
    }

    /// <summary>Bytes of a varint: seven bits each, the lowest first.</summary>
    public static int VarintSize(ulong value) => 1 + BitOperations.Log2(value | 1) / 7;

    public static void WriteVarint(Span<byte> destination, ulong value)
    {
        var i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            destination[i++] = (byte)(value | 0x80);
        }

        destination[i] = (byte)value;
    }

    private static UnusableTemplateException Wrong(string part, int offset, string what) => new($"block template: {part} at byte {offset}: {what}");

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int Offset { get; private set; }

        public byte Byte(string part)
        {
            Skip(1, part);
            return _bytes[Offset - 1];
        }

        public void Expect(byte wanted, string part)
        {
            var found = Byte(part);
            if (found != wanted)
            {
                throw Wrong(part, Offset - 1, $"{found} instead of {wanted}");
            }
        }

        public void Skip(ulong count, string part)
        {
            if (count > (ulong)(_bytes.Length - Offset))
            {
                throw Wrong(part, Offset, $"{count} bytes, but the block ends after {_bytes.Length - Offset}");
            }

            Offset += (int)count;
        }

        public ulong Varint(string part)
        {
            var start = Offset;
            ulong value = 0;
            for (var shift = 0; shift < 64; shift += 7)
            {
                var next = Byte(part);

                // No trailing zero byte, and no bits beyond 64: one encoding for each number, as the daemon itself requires.
                if ((next == 0 && shift > 0) || (shift == 63 && next > 1))
                {
                    break;
                }

                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80)
                {
                    return value;
                }
            }

            throw Wrong(part, start, "not a varint of 64 bits");
        }
    }
}
