using System.Globalization;
using System.Numerics;
using P2PMiner.Hashing;

namespace P2PMiner.Pools.Stratum;

/// <summary>Reads the difficulty of mining.set_difficulty from its digits, so that no rounding moves a share across the limit.</summary>
internal static class V1Difficulty
{
    private const int MaxDigits = 64;
    private const int MaxExponent = 400;

    /// <summary>Reads a decimal number as JSON writes it: digits, perhaps a fraction, perhaps an exponent.</summary>
    /// <returns>False: it is not a number, not above zero, or so great that no share would ever meet it.</returns>
    public static bool TryParse(string? text, out Target target)
    {
        target = default;
        if (text is not { Length: > 0 and <= MaxDigits })
        {
            return false;
        }

        var split = text.IndexOfAny(['e', 'E']);
        var mantissa = split < 0 ? text : text[..split];
        var exponent = 0;
        if (split >= 0
            && (!int.TryParse(text.AsSpan(split + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs(exponent) > MaxExponent))
        {
            return false;
        }

        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? mantissa : mantissa.Remove(point, 1);
        if (!BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number.IsZero)
        {
            return false;
        }

        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        var (numerator, denominator) = exponent < 0 ? (number, BigInteger.Pow(10, -exponent)) : (number * BigInteger.Pow(10, exponent), BigInteger.One);
        try
        {
            target = Target.FromStratumV1(numerator, denominator);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
