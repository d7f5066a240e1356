using System.Numerics;

namespace P2PMiner.Hashing;

/// <summary>
/// The greatest hash (with rx/2: commitment), as a little-endian 256-bit number, that still counts as a share. Inclusive, because "hash * difficulty
/// &lt; 2^256" and "top word &lt; t64" both have such a limit within 256 bits, difficulty 1 among them.
/// </summary>
[GenerateSerializer, Immutable, Alias("p2p.Target")]
public readonly record struct Target : IWireValue
{
    private static readonly BigInteger MaxNumber = (BigInteger.One << 256) - 1;

    /// <summary>Of Stratum v1 with difficulty 1.0, as GhostRider pools mean it: 65,536 times as easy as Bitcoin's 0xFFFF * 2^208.</summary>
    private static readonly BigInteger StratumV1Limit = new BigInteger(0xFFFF) << 224;

    [Id(0)] public Hash256 Limit { get; init; }

    /// <summary>The target that every hash meets.</summary>
    public static Target Easiest => new() { Limit = Hash256.MaxValue };

    public bool IsMetBy(Hash256 hash) => hash.CompareTo(Limit) <= 0;

    /// <summary>The Monero pool rule for a 64-bit target: hash bytes 24..31, little-endian, below <paramref name="t64"/>.</summary>
    /// <param name="t64">1..2^64-1; 0 would let no hash through.</param>
    public static Target FromUInt64(ulong t64)
    {
        ArgumentOutOfRangeException.ThrowIfZero(t64);
        return new() { Limit = Hash256.MaxValue with { W3 = t64 - 1 } };
    }

    /// <summary>The Monero pool rule for a 32-bit target: t64 = (2^64-1) / ((2^32-1) / t32), integer divisions.</summary>
    /// <param name="t32">1..2^32-1.</param>
    public static Target FromUInt32(uint t32)
    {
        ArgumentOutOfRangeException.ThrowIfZero(t32);
        return FromUInt64(ulong.MaxValue / (uint.MaxValue / t32));
    }

    /// <summary>The block rule: hash * difficulty &lt; 2^256.</summary>
    public static Target FromDifficulty(BigInteger difficulty)
    {
        if (difficulty < BigInteger.One || difficulty > MaxNumber)
        {
            throw new ArgumentOutOfRangeException(nameof(difficulty), "must be in 1..2^256-1");
        }

        return new() { Limit = Hash256.FromNumber(MaxNumber / difficulty) };
    }

    /// <summary>
    /// The rule of GhostRider pools that speak Stratum v1: the limit is 0xFFFF * 2^224 / d, rounded down, for d = <paramref name="numerator"/> /
    /// <paramref name="denominator"/>. Pools that mean 2^240 / d accept these shares too.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is not above zero, or d is so great that only a hash of zero would meet it.
    /// </exception>
    public static Target FromStratumV1(BigInteger numerator, BigInteger denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numerator);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        var limit = StratumV1Limit * denominator / numerator;
        ArgumentOutOfRangeException.ThrowIfZero(limit, nameof(numerator));
        return limit >= MaxNumber ? Easiest : new() { Limit = Hash256.FromNumber(limit) };
    }

    /// <summary>Reads a pool's target: 8 hex digits (32-bit) or 16 (64-bit), little-endian, not zero.</summary>
    public static bool TryParse(string? hex, out Target target)
    {
        target = default;
        Span<byte> bytes = stackalloc byte[8];
        if (hex is not { Length: 8 or 16 } || Convert.FromHexString(hex, bytes, out _, out var read) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (read < 4 || value == 0)
        {
            return false;
        }

        target = hex.Length == 8 ? FromUInt32((uint)value) : FromUInt64(value);
        return true;
    }

    /// <summary>Reads the target in a block header ("nBits"): a number of 23 bits, and in the highest byte how many bytes the whole has.</summary>
    /// <returns>False: it is zero, negative or greater than any hash.</returns>
    public static bool TryFromBits(uint bits, out Target target)
    {
        var (mantissa, bytes) = (new BigInteger(bits & 0x7FFFFF), (int)(bits >> 24));
        var limit = bytes <= 3 ? mantissa >> (8 * (3 - bytes)) : mantissa << (8 * (bytes - 3));
        var isTarget = (bits & 0x800000) == 0 && !limit.IsZero && limit <= MaxNumber;
        target = isTarget ? new() { Limit = Hash256.FromNumber(limit) } : default;
        return isTarget;
    }

    /// <summary>The 64-bit target a pool would send for this limit, rounded so that it is never easier.</summary>
    public ulong ToUInt64() => Limit == Hash256.MaxValue ? ulong.MaxValue
        : Limit.W3 + (Limit is { W0: ulong.MaxValue, W1: ulong.MaxValue, W2: ulong.MaxValue } ? 1UL : 0UL);

    /// <summary>
    /// Expected hashes for one share: the greatest d whose block rule admits this limit, so that <see cref="FromDifficulty"/> is read back
    /// exactly.
    /// </summary>
    public BigInteger Difficulty => MaxNumber / BigInteger.Max(Limit.ToNumber(), BigInteger.One);

    /// <summary>Finds none: any limit is a target.</summary>
    public string? FindFault() => null;

    public override string ToString() => $"difficulty {Difficulty}";
}
