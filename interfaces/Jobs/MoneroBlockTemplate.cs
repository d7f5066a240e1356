using System.Collections.Immutable;

namespace P2PMiner.Jobs;

/// <summary>A block template from a Monero daemon (get_block_template): the whole block, with room for our extra nonce in the miner transaction.</summary>
[GenerateSerializer, Immutable, Alias("p2p.MoneroBlockTemplate")]
public sealed record MoneroBlockTemplate : ExtraNonceTemplate
{
    /// <summary>It contains the hashes of its transactions, not the transactions: room for more than a hundred thousand.</summary>
    public const int MaxBlockBytes = 4 << 20;

    /// <summary>The block as submit_block takes it, nonce and reserved bytes still zero.</summary>
    [Id(0)] public required ImmutableArray<byte> Block { get; init; }

    /// <summary>Offset in <see cref="Block"/> of the reserved bytes in the miner transaction's extra field.</summary>
    [Id(1)] public required int ReservedOffset { get; init; }

    /// <summary>How many bytes are reserved there; the extra nonce takes the first 4, little-endian.</summary>
    [Id(2)] public required int ReservedSize { get; init; }

    public override ulong ExtraNonces => 1UL << 32;

    public override string? FindFault() => WireFault.Bytes(nameof(Block), Block, MaxBlockBytes)
        ?? (ReservedOffset >= 0 && ReservedSize >= 0 && ReservedSize <= Block.Length - ReservedOffset ? null
            : $"{ReservedSize} reserved bytes at {ReservedOffset} of {Block.Length}");
}
