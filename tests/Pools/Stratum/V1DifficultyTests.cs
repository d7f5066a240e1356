using System.Globalization;
using System.Numerics;
using CsCheck;
using P2PMiner.Hashing;
using P2PMiner.Pools.Stratum;

namespace P2PMiner.Pools.Tests.Stratum;

public sealed class V1DifficultyTests
{
    private static readonly BigInteger One = new BigInteger(0xFFFF) << 224;
    private static readonly BigInteger Max = (BigInteger.One << 256) - 1;

    [Theory]
    [InlineData("1", "0000ffff")]
    [InlineData("1.0", "0000ffff")]
    [InlineData("2", "00007fff80")]
    [InlineData("0.5", "0001fffe")]
    [InlineData("5e-1", "0001fffe")]
    [InlineData("0.05E1", "0001fffe")]
    [InlineData("65536", "00000000ffff")]
    [InlineData("0.00001525878906250", "ffff0000")]
    public void TryParse_KnownDifficulties_LimitInHexWithTheGreatestByteFirst(string text, string expected)
    {
        Assert.True(V1Difficulty.TryParse(text, out var target));
        var bytes = Convert.FromHexString(target.Limit.ToString());
        Array.Reverse(bytes);
        Assert.Equal(expected.PadRight(64, '0'), Convert.ToHexStringLower(bytes));
    }

    /// <summary>The limit is the greatest L with L * d &lt;= 0xFFFF * 2^224, for every way to write d.</summary>
    [Fact]
    public void TryParse_AnyDecimal_LimitIsExact() =>
        Gen.Select(Gen.ULong[1, ulong.MaxValue], Gen.Int[-40, 20], Gen.Int[0, 19], Gen.Bool).Sample((mantissa, exponent, point, upper) =>
        {
            var digits = mantissa.ToString(CultureInfo.InvariantCulture).PadLeft(20, '0');
            var text = $"{digits[..(20 - point)]}{(point > 0 ? "." : "")}{digits[(20 - point)..]}{(upper ? 'E' : 'e')}{exponent}";
            var scale = exponent - point;
            var (numerator, denominator) = scale < 0 ? ((BigInteger)mantissa, BigInteger.Pow(10, -scale))
                : (mantissa * BigInteger.Pow(10, scale), BigInteger.One);

            Assert.True(V1Difficulty.TryParse(text, out var target), text);

            var limit = target.Limit.ToNumber();
            Assert.True(limit * numerator <= One * denominator, $"{text}: too easy");
            Assert.True(limit == Max || (limit + 1) * numerator > One * denominator, $"{text}: too hard");
        });

    /// <summary>Pools that take 2^240 / d for the limit accept what meets ours, and the two differ by no more than 1 in 65,535.</summary>
    [Fact]
    public void TryParse_AnyDifficulty_IsTheStricterOfTheTwoRulesByAHair() =>
        Gen.UInt[1, uint.MaxValue].Sample(d =>
        {
            Assert.True(V1Difficulty.TryParse(d.ToString(CultureInfo.InvariantCulture), out var target));
            var (ours, loose) = (target.Limit.ToNumber(), (BigInteger.One << 240) / d);
            Assert.True(ours < loose);
            Assert.True((loose - ours) * 65_000 < loose);
            Assert.InRange((double)target.Difficulty / (65536.0 * d), 1.0, 1.00002);
        });

    [Theory]
    [InlineData("1e-30")]
    [InlineData("0.0000000000000000001")]
    public void TryParse_EasierThanAnyHash_EveryHashMeetsIt(string text)
    {
        Assert.True(V1Difficulty.TryParse(text, out var target));
        Assert.Equal(Target.Easiest, target);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0.000")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e")]
    [InlineData("e5")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1e999999999999")]
    [InlineData("1e500")]
    [InlineData("1e90")]   // not even the hash zero for certain
    [InlineData("11111111111111111111111111111111111111111111111111111111111111111")]
    public void TryParse_NoUsableNumber_False(string? text) => Assert.False(V1Difficulty.TryParse(text, out _));

    [Fact]
    public void TryParse_AnyText_NeverThrows() =>
        Gen.String[Gen.Char["0123456789.eE+-xn "], 0, 70].Sample(text => Assert.True(!V1Difficulty.TryParse(text, out var target) || target.Limit != default));
}
