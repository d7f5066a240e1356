using CsCheck;
using P2PMiner.Hashing;

namespace P2PMiner.Interfaces.Tests.Hashing;

/// <summary>Values for the properties, the edges drawn often.</summary>
internal static class Generators
{
    private static readonly Gen<ulong> EdgyULong = Gen.Frequency(
        (1, Gen.Const(0UL)), (1, Gen.Const(1UL)), (1, Gen.Const(ulong.MaxValue)), (1, Gen.Const(1UL << 63)), (4, Gen.ULong));

    public static Gen<Hash256> Hash { get; } = Gen.Select(EdgyULong, EdgyULong, EdgyULong, EdgyULong)
        .Select((w0, w1, w2, w3) => new Hash256 { W0 = w0, W1 = w1, W2 = w2, W3 = w3 });

    public static Gen<ulong> T64 { get; } = EdgyULong.Select(value => Math.Max(value, 1));

    public static Gen<uint> T32 { get; } = Gen.Frequency(
        (1, Gen.Const(1u)), (1, Gen.Const(uint.MaxValue)), (1, Gen.Const(1u << 31)), (5, Gen.UInt[1, uint.MaxValue]));

    public static Gen<NonceRange> Range { get; } = Gen.Select(Gen.UInt, Gen.ULong[0, NonceRange.SpaceSize])
        .Select((first, count) => new NonceRange(first, Math.Min(count, NonceRange.SpaceSize - first)));
}
