using System.Numerics;
using CsCheck;
using P2PMiner.Hashing;

namespace P2PMiner.Interfaces.Tests.Hashing;

public sealed class Hash256Tests
{
    [Fact]
    public void FromBytes_AnyBytes_RoundTripInOrder() =>
        Gen.Byte.Array[32].Sample(bytes =>
        {
            var copy = new byte[32];
            Hash256.FromBytes(bytes).CopyTo(copy);
            Assert.Equal(bytes, copy);
        });

    [Fact]
    public void TryParse_ItsOwnText_RoundTripInEitherCase() =>
        Generators.Hash.Sample(hash =>
        {
            Assert.True(Hash256.TryParse(hash.ToString(), out var lower));
            Assert.True(Hash256.TryParse(hash.ToString().ToUpperInvariant(), out var upper));
            Assert.Equal((hash, hash), (lower, upper));
        });

    [Fact]
    public void ToNumber_AnyHash_LittleEndianAndRoundTrip() =>
        Generators.Hash.Sample(hash =>
        {
            var number = hash.W0 + ((BigInteger)hash.W1 << 64) + ((BigInteger)hash.W2 << 128) + ((BigInteger)hash.W3 << 192);
            Assert.Equal(number, hash.ToNumber());
            Assert.Equal(hash, Hash256.FromNumber(number));
        });

    [Fact]
    public void CompareTo_AnyPair_AsNumbers() =>
        Gen.Select(Generators.Hash, Generators.Hash).Sample((a, b) =>
            Assert.Equal(a.ToNumber().CompareTo(b.ToNumber()), Math.Sign(a.CompareTo(b))));

    [Fact]
    public void TryParse_AnyText_NeverThrowsAndTakesOnly64HexDigits() =>
        Gen.OneOf(Gen.String[0, 70], Gen.String[Gen.Char["0123456789abcdefABCDEFg "], 64, 64]).Sample(text =>
            Assert.Equal(text.Length == 64 && text.All(char.IsAsciiHexDigit), Hash256.TryParse(text, out _)));

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void FromBytes_OtherLength_Throws(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => Hash256.FromBytes(new byte[length]));

    [Fact]
    public void FromNumber_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Hash256.FromNumber(BigInteger.One << 256));
        Assert.ThrowsAny<Exception>(() => Hash256.FromNumber(BigInteger.MinusOne));
    }
}
