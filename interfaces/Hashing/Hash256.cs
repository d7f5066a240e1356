using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace P2PMiner.Hashing;

/// <summary>32 bytes; as a number little-endian, so that <see cref="W3"/> is the most significant word.</summary>
[GenerateSerializer, Immutable, Alias("p2p.Hash256")]
public readonly record struct Hash256 : IComparable<Hash256>, IWireValue
{
    public const int Size = 32;

    /// <summary>Bytes 0 to 7, little-endian.</summary>
    [Id(0)] public ulong W0 { get; init; }

    /// <summary>Bytes 8 to 15, little-endian.</summary>
    [Id(1)] public ulong W1 { get; init; }

    /// <summary>Bytes 16 to 23, little-endian.</summary>
    [Id(2)] public ulong W2 { get; init; }

    /// <summary>Bytes 24 to 31, little-endian: the word that pools compare with a 64-bit target.</summary>
    [Id(3)] public ulong W3 { get; init; }

    public static Hash256 MaxValue => new() { W0 = ulong.MaxValue, W1 = ulong.MaxValue, W2 = ulong.MaxValue, W3 = ulong.MaxValue };

    /// <summary>Reads exactly 32 bytes.</summary>
    public static Hash256 FromBytes(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        return new()
        {
            W0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            W1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            W2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            W3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
        };
    }

    /// <summary>Reads 64 hex digits, the bytes in order.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out Hash256 value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var ok = hex is { Length: 2 * Size } && Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        value = ok ? FromBytes(bytes) : default;
        return ok;
    }

    public static Hash256 FromNumber(BigInteger number)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        if (!number.TryWriteBytes(bytes, out _, isUnsigned: true))
        {
            throw new ArgumentOutOfRangeException(nameof(number), "must be in 0..2^256-1");
        }

        return FromBytes(bytes);
    }

    public BigInteger ToNumber()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, W0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], W1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], W2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], W3);
    }

    public int CompareTo(Hash256 other)
    {
        var order = W3.CompareTo(other.W3);
        order = order != 0 ? order : W2.CompareTo(other.W2);
        order = order != 0 ? order : W1.CompareTo(other.W1);
        return order != 0 ? order : W0.CompareTo(other.W0);
    }

    /// <summary>None: any 32 bytes are a hash.</summary>
    public string? FindFault() => null;

    /// <summary>64 lower-case hex digits, the bytes in order.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
