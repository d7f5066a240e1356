using System.Collections.Immutable;
using P2PMiner.Hashing;

namespace P2PMiner.Jobs;

/// <summary>
/// A job as a Stratum v1 pool gives it: <see cref="PoolJob.Blob"/> is the 80-byte header for extra nonce 0, whose Merkle root (bytes 36 to
/// 67) depends on the coinbase transaction, which depends on the extra nonce. It is valid only on the connection that it came over, because
/// another one has another extranonce1.
/// </summary>
[GenerateSerializer, Immutable, Alias("p2p.StratumV1Template")]
public sealed record StratumV1Template : ExtraNonceTemplate
{
    /// <summary>The coinbase transaction up to the extra nonces ("coinb1").</summary>
    [Id(0)] public required ImmutableArray<byte> CoinbaseHead { get; init; }

    /// <summary>The pool's part of the extra nonce, as it was when the job came.</summary>
    [Id(1)] public required ImmutableArray<byte> ExtraNonce1 { get; init; }

    /// <summary>
    /// Size in bytes of our part, which follows. The extra nonce takes the first 4 of them, little-endian, or as many as there are; the
    /// rest are zero.
    /// </summary>
    [Id(2)] public required int ExtraNonce2Bytes { get; init; }

    /// <summary>The coinbase transaction after the extra nonces ("coinb2").</summary>
    [Id(3)] public required ImmutableArray<byte> CoinbaseTail { get; init; }

    /// <summary>
    /// The hashes that the coinbase's hash is combined with on the way to the root, lowest first, in the byte order of hashing.
    /// </summary>
    [Id(4)] public required ImmutableArray<Hash256> Branches { get; init; }

    /// <summary>The time in the header, in the pool's own 8 hex digits, which each share repeats.</summary>
    [Id(5)] public required string Time { get; init; }

    /// <summary>For each part of the coinbase transaction; pools send less than a kilobyte.</summary>
    public const int MaxPartBytes = 1 << 20;

    /// <summary>Pools have 2 to 8.</summary>
    public const int MaxExtraNonce2Bytes = 64;

    /// <summary>Enough for more transactions than a block can hold.</summary>
    public const int MaxBranches = 64;

    public override ulong ExtraNonces => 1UL << (8 * Math.Min(ExtraNonce2Bytes, 4));

    public override string? FindFault() => WireFault.Bytes(nameof(CoinbaseHead), CoinbaseHead, MaxPartBytes)
        ?? WireFault.Bytes(nameof(ExtraNonce1), ExtraNonce1, MaxPartBytes) ?? WireFault.Bytes(nameof(CoinbaseTail), CoinbaseTail, MaxPartBytes)
        ?? (ExtraNonce2Bytes is < 1 or > MaxExtraNonce2Bytes ? $"an extra nonce of {ExtraNonce2Bytes} bytes" : null)
        ?? (Branches.IsDefault || Branches.Length > MaxBranches ? $"not 0 to {MaxBranches} branches" : null)
        ?? (Time is { Length: 8 } time && time.All(char.IsAsciiHexDigit) ? null : "no time in 8 hex digits");
}
