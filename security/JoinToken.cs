using System.Security.Cryptography;

namespace P2PMiner.Security;

/// <summary>
/// A cluster key as one printable line: "p2p1-" and 58 characters in Crockford's base 32 (no i, l, o, u) for key (32 bytes) and the first
/// 4 bytes of SHA-256("p2p1-" and key). Reading takes capitals too, i and l as 1, o as 0.
/// </summary>
internal static class JoinToken
{
    private const string Prefix = "p2p1-";
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private static readonly char[] Quotes = ['"', '\'', '“', '”', '‘', '’'];

    private const int CheckBytes = 4;
    private const int PayloadBytes = ClusterKey.SizeInBytes + CheckBytes;
    private const int BitsPerDigit = 5;
    private const int Digits = (PayloadBytes * 8 + BitsPerDigit - 1) / BitsPerDigit;

    public static string Write(ReadOnlySpan<byte> key)
    {
        Span<byte> payload = stackalloc byte[PayloadBytes];
        key.CopyTo(payload);
        Check(key, payload[ClusterKey.SizeInBytes..]);

        Span<char> digits = stackalloc char[Digits];
        for (var i = 0; i < Digits; i++)
        {
            var value = 0;
            for (var bit = i * BitsPerDigit; bit < (i + 1) * BitsPerDigit; bit++)
            {
                value = (value << 1) | (bit < PayloadBytes * 8 ? (payload[bit / 8] >> (7 - bit % 8)) & 1 : 0);
            }

            digits[i] = Alphabet[value];
        }

        var token = string.Concat(Prefix, digits);
        CryptographicOperations.ZeroMemory(payload);
        return token;
    }

    /// <exception cref="ClusterKeyException">
    /// It is not a token, is of another version or has a typo; the message says which and repeats nothing of it.
    /// </exception>
    public static ClusterKey Read(string text)
    {
        text = text.Trim().ToLowerInvariant();
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new ClusterKeyException(text.StartsWith("p2p", StringComparison.Ordinal) && text.IndexOf('-', StringComparison.Ordinal) is > 3 and < 8
                ? $"join token: of another version; this program reads tokens that begin with {Prefix}"
                : $"join token: must begin with {Prefix}");
        }

        var digits = text.AsSpan(Prefix.Length);
        if (digits.Length != Digits)
        {
            throw new ClusterKeyException(
                $"join token: {digits.Length} characters after {Prefix}, expected {Digits}: it was cut off, or something was added");
        }

        Span<byte> payload = stackalloc byte[PayloadBytes];
        payload.Clear();
        for (var i = 0; i < Digits; i++)
        {
            var value = digits[i] switch { 'i' or 'l' => 1, 'o' => 0, var digit => Alphabet.IndexOf(digit, StringComparison.Ordinal) };
            if (value < 0)
            {
                throw new ClusterKeyException($"join token: character {Prefix.Length + i + 1} cannot be in a token: a typo");
            }

            for (var bit = 0; bit < BitsPerDigit; bit++)
            {
                var position = i * BitsPerDigit + bit;
                if (position < PayloadBytes * 8)
                {
                    payload[position / 8] |= (byte)(((value >> (BitsPerDigit - 1 - bit)) & 1) << (7 - position % 8));
                }
                else if (((value >> (BitsPerDigit - 1 - bit)) & 1) != 0)
                {
                    throw new ClusterKeyException("join token: its last character does not fit: a typo");
                }
            }
        }

        Span<byte> check = stackalloc byte[CheckBytes];
        Check(payload[..ClusterKey.SizeInBytes], check);
        if (!payload[ClusterKey.SizeInBytes..].SequenceEqual(check))
        {
            throw new ClusterKeyException("join token: its checksum does not fit: there is a typo in it");
        }

        return new(payload[..ClusterKey.SizeInBytes]);
    }

    /// <summary>
    /// Finds the token in what a person pasted, which may be the whole line that an invitation prints: "p2p-miner join TOKEN", with or without what surrounds it.
    /// </summary>
    /// <inheritdoc cref="Read"/>
    public static ClusterKey ReadPasted(string text)
        => Read(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => PastedText.Trim(PastedText.Trim(word).Trim(Quotes)))
            .FirstOrDefault(IsToken) ?? PastedText.Trim(text));

    /// <summary>It begins as a token of some version does. The program's own name does not.</summary>
    private static bool IsToken(string word) => word.Length > 3 && word.StartsWith("p2p", StringComparison.OrdinalIgnoreCase) && char.IsAsciiDigit(word[3]);

    private static void Check(ReadOnlySpan<byte> key, Span<byte> check)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. "p2p1-"u8, .. key], hash);
        hash[..CheckBytes].CopyTo(check);
    }
}
