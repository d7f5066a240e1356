using System.Buffers.Binary;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;

namespace P2PMiner.Pools.Blobs;

/// <summary>
/// Makes the hashing blob of each extra nonce of one block template. Made once for a template; then a blob costs a few Keccaks.
/// Safe from any thread.
/// </summary>
internal sealed class MoneroBlobBuilder
{
    private const int ExtraNonceSize = 4;

    // The RingCT base of a miner transaction is a single zero byte: bc36789e7a1e281436464229828f817d6612f7b477d66591ff96a9e064bcc98a.
    private static readonly Hash256 EmptyRctHash = Keccak256.Hash([0]);

    private readonly MoneroBlockTemplate _template;
    private readonly MoneroBlob _parts;
    private readonly Hash256[] _branch;

    private MoneroBlobBuilder(MoneroBlockTemplate template, MoneroBlob parts)
    {
        (_template, _parts) = (template, parts);
        _branch = MoneroTree.FirstLeafBranch(template.Block.AsSpan()[parts.Hashes..]);
    }

    /// <summary>39 for current headers.</summary>
    public int NonceOffset => _parts.NonceOffset;

    /// <summary>The hard fork that the block belongs to; RandomX from 12 on.</summary>
    public int MajorVersion => _parts.MajorVersion;

    /// <summary>Height of the block in its chain.</summary>
    public ulong Height => _parts.Height;

    /// <summary>Number of transactions in the block, the miner's own included.</summary>
    public int Transactions => _parts.HashCount + 1;

    /// <exception cref="UnusableTemplateException">The block cannot be read, or its reserved bytes are not zero bytes of the extra field.</exception>
    public static MoneroBlobBuilder Create(MoneroBlockTemplate template)
    {
        var block = template.Block.AsSpan();
        var parts = MoneroBlob.Parse(block);
        var (extra, extraSize) = parts.Extra.GetOffsetAndLength(block.Length);
        var (at, size) = (template.ReservedOffset, template.ReservedSize);
        if (size < ExtraNonceSize || at < extra || at > extra + extraSize - size)
        {
            throw new UnusableTemplateException(
                $"block template: {size} reserved bytes at {at} do not lie in the extra field, bytes {extra} to {extra + extraSize}");
        }

        if (block.Slice(at, size).ContainsAnyExcept((byte)0))
        {
            throw new UnusableTemplateException($"block template: the {size} reserved bytes at {at} are not zero");
        }

        return new(template, parts);
    }

    /// <summary>Header with nonce 0, root of all transactions, number of transactions as a varint.</summary>
    public byte[] HashingBlob(uint extraNonce)
    {
        var block = _template.Block.AsSpan();
        var headerSize = _parts.MinerTransaction;
        var count = (ulong)Transactions;
        var blob = new byte[headerSize + Hash256.Size + MoneroBlob.VarintSize(count)];
        block[..headerSize].CopyTo(blob);
        MoneroTree.Root(MinerTransactionHash(extraNonce), _branch).CopyTo(blob.AsSpan(headerSize));
        MoneroBlob.WriteVarint(blob.AsSpan(headerSize + Hash256.Size), count);
        return blob;
    }

    /// <summary>The whole block as submit_block takes it.</summary>
    public byte[] Block(uint extraNonce, uint nonce)
    {
        var block = _template.Block.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(_template.ReservedOffset), extraNonce);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(_parts.NonceOffset), nonce);
        return block;
    }

    /// <summary>What the chain will call the block: Keccak of the hashing blob with its length, a varint, before it.</summary>
    public Hash256 BlockId(uint extraNonce, uint nonce)
    {
        var blob = HashingBlob(extraNonce);
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(_parts.NonceOffset), nonce);
        var lengthSize = MoneroBlob.VarintSize((ulong)blob.Length);
        var sized = new byte[lengthSize + blob.Length];
        MoneroBlob.WriteVarint(sized, (ulong)blob.Length);
        blob.CopyTo(sized, lengthSize);
        return Keccak256.Hash(sized);
    }

    private Hash256 MinerTransactionHash(uint extraNonce)
    {
        var prefix = _template.Block.AsSpan()[_parts.MinerTransaction.._parts.PrefixEnd].ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.AsSpan(_template.ReservedOffset - _parts.MinerTransaction), extraNonce);

        // The last third stays zero: the hash of the prunable part, of which there is none.
        Span<byte> hashes = stackalloc byte[3 * Hash256.Size];
        hashes.Clear();
        Keccak256.Hash(prefix).CopyTo(hashes);
        EmptyRctHash.CopyTo(hashes[Hash256.Size..]);
        return Keccak256.Hash(hashes);
    }
}
