using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using CsCheck;
using P2PMiner.Hashing;

namespace P2PMiner.Interfaces.Tests.Hashing;

public sealed class TargetTests
{
    [Fact]
    public void FromUInt64_AnyHash_SameAsComparingTheTopWord() =>
        Gen.Select(Generators.T64, Generators.Hash).Sample((t64, hash) =>
            Assert.Equal(hash.W3 < t64, Target.FromUInt64(t64).IsMetBy(hash)));

    [Fact]
    public void FromUInt64_TopWordAtTheLimit_LastThatCounts() =>
        Generators.T64.Sample(t64 =>
        {
            var target = Target.FromUInt64(t64);
            Assert.True(target.IsMetBy(Hash256.MaxValue with { W3 = t64 - 1 }));
            Assert.False(target.IsMetBy(new Hash256 { W3 = t64 }));
        });

    [Fact]
    public void FromUInt32_AnyTarget_FollowsTheIntegerDivisions() =>
        Generators.T32.Sample(t32 =>
        {
            BigInteger max64 = ulong.MaxValue, max32 = uint.MaxValue;
            Assert.Equal(Target.FromUInt64((ulong)(max64 / (max32 / t32))), Target.FromUInt32(t32));
        });

    /// <summary>0x1B0404CB is the example of Bitcoin's developer reference.</summary>
    [Theory]
    [InlineData(0x1B0404CB, "0404cb000000000000000000000000000000000000000000000000")]
    [InlineData(0x207FFFFF, "7fffff0000000000000000000000000000000000000000000000000000000000")]
    [InlineData(0x03123456, "123456")]
    [InlineData(0x01120000, "12")]
    public void TryFromBits_ATarget_IsItsNumber(uint bits, string limit)
    {
        Assert.True(Target.TryFromBits(bits, out var target));
        Assert.Equal(BigInteger.Parse("0" + limit, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), target.Limit.ToNumber());
    }

    [Theory]
    [InlineData(0x00000000)]
    [InlineData(0x01001200)]
    [InlineData(0x1B8404CB)]
    [InlineData(0x217FFFFF)]
    [InlineData(0xFF7FFFFF)]
    public void TryFromBits_NoTarget_IsRefused(uint bits) => Assert.False(Target.TryFromBits(bits, out _));

    [Fact]
    public void FromDifficulty_AnyHash_SameAsTheProductRule() =>
        Gen.Select(Generators.Hash, Generators.Hash).Sample((number, hash) =>
        {
            var difficulty = BigInteger.Max(number.ToNumber(), 1);
            Assert.Equal(hash.ToNumber() * difficulty < BigInteger.One << 256, Target.FromDifficulty(difficulty).IsMetBy(hash));
        });

    [Fact]
    public void Difficulty_OfAnyPracticalDifficulty_ReadBackExactly() =>
        Gen.Select(Generators.T64, Generators.T64).Sample((high, low) =>
        {
            var difficulty = (new BigInteger(high >> 1) << 63) + low;   // up to 2^127
            Assert.Equal(difficulty, Target.FromDifficulty(difficulty).Difficulty);
        });

    [Fact]
    public void Difficulty_HarderTarget_NeverLess() =>
        Gen.Select(Generators.Hash, Generators.Hash).Sample((a, b) =>
        {
            var (harder, easier) = a.CompareTo(b) < 0 ? (a, b) : (b, a);
            Assert.True(new Target { Limit = harder }.Difficulty >= new Target { Limit = easier }.Difficulty);
        });

    [Fact]
    public void Difficulty_OfAPoolTarget_WithinOneOfTheirFormula() =>
        Generators.T64.Sample(t64 =>
            Assert.InRange(Target.FromUInt64(t64).Difficulty - (ulong.MaxValue / t64), BigInteger.Zero, BigInteger.One));

    [Fact]
    public void ToUInt64_OfAPoolTarget_RoundTrip() =>
        Generators.T64.Sample(t64 => Assert.Equal(t64, Target.FromUInt64(t64).ToUInt64()));

    [Fact]
    public void ToUInt64_AnyLimit_NeverEasier() =>
        Generators.Hash.Sample(limit =>
        {
            var t64 = new Target { Limit = limit }.ToUInt64();
            Assert.True(t64 == 0 || Target.FromUInt64(t64).Limit.CompareTo(limit) <= 0);
        });

    [Fact]
    public void TryParse_SixteenDigits_LittleEndianT64() =>
        Generators.T64.Sample(t64 =>
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, t64);
            Assert.True(Target.TryParse(Convert.ToHexString(bytes), out var target));
            Assert.Equal(Target.FromUInt64(t64), target);
        });

    [Fact]
    public void TryParse_EightDigits_LittleEndianT32() =>
        Generators.T32.Sample(t32 =>
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, t32);
            Assert.True(Target.TryParse(Convert.ToHexStringLower(bytes), out var target));
            Assert.Equal(Target.FromUInt32(t32), target);
        });

    [Fact]
    public void TryParse_AnyText_NeverThrowsAndTakesOnlyHexOfEitherLength() =>
        Gen.OneOf(Gen.String[0, 20], Gen.String[Gen.Char["0123456789abcdefABCDEFgx -+"], 8, 8], Gen.String[Gen.Char["0f "], 16, 16]).Sample(text =>
        {
            var wanted = text.Length is 8 or 16 && text.All(char.IsAsciiHexDigit) && text.Any(digit => digit != '0');
            Assert.Equal(wanted, Target.TryParse(text, out _));
        });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00000000")]
    [InlineData("0000000000000000")]
    public void TryParse_NothingOrZero_False(string? text) => Assert.False(Target.TryParse(text, out _));

    [Fact]
    public void FromUInt64_Zero_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => Target.FromUInt64(0));

    [Fact]
    public void FromUInt32_Zero_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => Target.FromUInt32(0));

    [Fact]
    public void FromDifficulty_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Target.FromDifficulty(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Target.FromDifficulty(BigInteger.One << 256));
    }

    [Fact]
    public void Easiest_DifficultyOne_EveryHash()
    {
        Assert.Equal(Target.Easiest, Target.FromDifficulty(1));
        Assert.Equal(BigInteger.One, Target.Easiest.Difficulty);
        Assert.True(Target.Easiest.IsMetBy(Hash256.MaxValue));
    }

    [Theory]
    [InlineData(1, 1, 240, 0xFFFFu)]
    [InlineData(1, 65536, 256, 0xFFFFu)]
    [InlineData(1, 65538, 256, uint.MaxValue)]   // the limit would be above every hash
    [InlineData(0xFFFF, 1, 225, 1u)]
    public void FromStratumV1_KnownDifficulties_LimitAsThePoolsHaveIt(int numerator, int denominator, int bits, uint top)
    {
        var limit = Target.FromStratumV1(numerator, denominator).Limit.ToNumber();
        Assert.Equal(bits, (int)limit.GetBitLength());
        Assert.Equal(top, (uint)(limit >> (bits - BitLength(top))));
        static int BitLength(uint number) => 32 - System.Numerics.BitOperations.LeadingZeroCount(number);
    }

    [Fact]
    public void FromStratumV1_AnyDifficulty_LimitIsTheGreatestThatTheRuleLetsThrough() =>
        Gen.Select(Gen.ULong[1, ulong.MaxValue], Gen.ULong[1, ulong.MaxValue]).Sample((numerator, denominator) =>
        {
            var limit = Target.FromStratumV1(numerator, denominator).Limit.ToNumber();
            var one = new BigInteger(0xFFFF) << 224;
            Assert.True(limit * numerator <= one * denominator);
            Assert.True(limit == (BigInteger.One << 256) - 1 || (limit + 1) * numerator > one * denominator);
        });

    [Fact]
    public void FromStratumV1_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Target.FromStratumV1(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Target.FromStratumV1(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Target.FromStratumV1(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Target.FromStratumV1(BigInteger.One << 240, 1));
    }
}
