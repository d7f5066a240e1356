using System.Collections.Immutable;
using P2PMiner.Hashing;

namespace P2PMiner.Jobs;

/// <summary>
/// A job as a Stratum v1 pool gives it: <see cref="PoolJob.Blob"/> is the 80-byte header for extra nonce 0, whose Merkle root (bytes 36 to 67) depends on the
/// coinbase transaction, and that on the extra nonce. It holds for the connection that it came over and for no other, for another has another extranonce1.
/// </summary>
[GenerateSerializer, Immutable, Alias("p2p.StratumV1Template")]
public sealed record StratumV1Template : ExtraNonceTemplate
{
    /// <summary>The coinbase transaction up to the extra nonces ("coinb1").</summary>
    [Id(0)] public required ImmutableArray<byte> CoinbaseHead { get; init; }

    /// <summary>The pool's part of the extra nonce, as it was when the job came.</summary>
    [Id(1)] public required ImmutableArray<byte> ExtraNonce1 { get; init; }

    /// <summary>Bytes of our part, which follows. The extra nonce takes the first 4 of them, little-endian, or as many as there are; the rest are zero.</summary>
    [Id(2)] public required int ExtraNonce2Bytes { get; init; }

    /// <summary>The coinbase transaction after the extra nonces ("coinb2").</summary>
    [Id(3)] public required ImmutableArray<byte> CoinbaseTail { get; init; }

    /// <summary>What the coinbase's hash is joined with on its way to the root, lowest first, in the byte order of the hashing.</summary>
    [Id(4)] public required ImmutableArray<Hash256> Branches { get; init; }

    /// <summary>The time in the header, in the pool's own 8 hex digits, which each share repeats.</summary>
    [Id(5)] public required string Time { get; init; }

    public override ulong ExtraNonces => 1UL << (8 * Math.Min(ExtraNonce2Bytes, 4));
}
