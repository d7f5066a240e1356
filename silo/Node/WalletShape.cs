using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Silo.Node;

/// <summary>
/// The form of wallet addresses. Both coins put a checksum into an address, so that nearly every typing error shows. No message repeats the address.
/// </summary>
/// <remarks>
/// Monero: base 58 in blocks of 8 bytes (11 letters), network byte, two public keys of 32 bytes, for an integrated address a payment id of 8, and the first
/// 4 bytes of Keccak-256 over all of that. Raptoreum: base 58 of 25 bytes as in Bitcoin, version 60, SHA-256 twice.
/// </remarks>
internal static partial class WalletShape
{
    private const string Letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int ChecksumBytes = 4;
    private const int BlockLetters = 11;
    private const int BlockBytes = 8;
    private const int MoneroLetters = 95;
    private const int IntegratedLetters = 106;
    private const int RaptoreumBytes = 25;
    private const byte RaptoreumVersion = 60;

    /// <summary>Bytes of a last block with so many letters; 0: there is none such.</summary>
    private static readonly int[] BytesOfLetters = [0, 0, 1, 2, 0, 3, 4, 5, 0, 6, 7, 8];

    /// <summary>Of a standard address, an integrated one and a subaddress, on the main network.</summary>
    private static readonly byte[] MoneroNetworks = [18, 19, 42];

    /// <summary>The address in what a pool calls the user: without the difficulty, worker or mail address behind it.</summary>
    public static string AddressIn(string user) => user.Trim().Split('+', '.', '/', '@', '#', ':', ' ')[0];

    /// <summary>Somebody meant this as an address of the coin: it begins and is about as long as one.</summary>
    public static bool IsMeantAs(Algorithm algorithm, string address) => algorithm == Algorithm.GhostRider
        ? address.Length is >= 26 and <= 40 && address[0] == 'R'
        : address.Length is >= 80 and <= 120 && address[0] is '4' or '8';

    /// <param name="address">Without anything behind it.</param>
    /// <returns>What is wrong, in a few words; null: it is an address of the coin that this algorithm is for.</returns>
    public static string? FindFault(Algorithm algorithm, string address) => address.Length == 0 ? "it is empty"
        : address.FirstOrDefault(letter => !Letters.Contains(letter)) is var stray && stray != default
            ? $"no address has the letter '{(OutsideText.IsHarmless(stray) ? stray : '?')}'"
        : algorithm == Algorithm.GhostRider ? RaptoreumFault(address)
        : MoneroFault(address);

    /// <summary>COIN:ADDRESS, with .WORKER and #REFERRAL behind it if wanted.</summary>
    public static bool IsUnMineable(string user)
    {
        var parts = user.Trim().Split(':', 2);
        return parts is [{ Length: >= 2 and <= 10 } coin, var rest] && coin.All(char.IsAsciiLetterOrDigit)
            && rest.Split('.', '#')[0] is { Length: >= 10 and <= 200 } address
                && address.All(letter => char.IsAsciiLetterOrDigit(letter) || "_-:@".Contains(letter));
    }

    /// <summary>Copied from an example: WALLET, YOUR_ADDRESS and the like, with or without COIN: before it and a worker behind it.</summary>
    public static bool IsPlaceholder(string user) => Placeholder().IsMatch(user);

    // Not MY: mywallet may well be what a pool calls somebody.
    [GeneratedRegex(
        @"^\s*([a-z0-9]{1,12}:)?[<{\[$\s]*((your|the)[ _-]+[a-z0-9]{2,10}[ _-]+|(your|the)?[ _-]*(monero|xmr|raptoreum|rtm|coin)?[ _-]*)"
            + @"(wallet|address)[ _-]*(address)?[ _-]*(here)?\s*[>}\]]*\s*([.+/#].*)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    private static string? MoneroFault(string address)
    {
        if (address.Length is not (MoneroLetters or IntegratedLetters))
        {
            return $"it has {address.Length} letters, and a Monero address has {MoneroLetters}, or {IntegratedLetters} with a payment id";
        }

        if (address[0] is not ('4' or '8'))
        {
            return "a Monero address begins with 4 or 8";
        }

        var bytes = new List<byte>();
        Span<byte> eight = stackalloc byte[BlockBytes];
        for (var i = 0; i < address.Length; i += BlockLetters)
        {
            var block = address[i..Math.Min(i + BlockLetters, address.Length)];
            var size = BytesOfLetters[block.Length];
            var number = Number(block);
            if (number >= BigInteger.One << (8 * size))
            {
                return "it has a typing error";
            }

            BinaryPrimitives.WriteUInt64BigEndian(eight, (ulong)number);
            bytes.AddRange(eight[(BlockBytes - size)..]);
        }

        var body = bytes.ToArray().AsSpan(0, bytes.Count - ChecksumBytes);
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak256.Hash(body).CopyTo(hash);
        return !hash[..ChecksumBytes].SequenceEqual(bytes.ToArray().AsSpan(body.Length)) ? "it has a typing error"
            : !MoneroNetworks.Contains(body[0]) ? "it belongs to a test network"
            : null;
    }

    private static string? RaptoreumFault(string address)
    {
        if (address[0] != 'R')
        {
            return "a Raptoreum address begins with R";
        }

        var bytes = Number(address).ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length != RaptoreumBytes)
        {
            return "it is not as long as a Raptoreum address";
        }

        var body = bytes.AsSpan(0, RaptoreumBytes - ChecksumBytes);
        return !SHA256.HashData(SHA256.HashData(body)).AsSpan(0, ChecksumBytes).SequenceEqual(bytes.AsSpan(body.Length)) ? "it has a typing error"
            : body[0] != RaptoreumVersion ? "it is no Raptoreum address"
            : null;
    }

    private static BigInteger Number(string text) => text.Aggregate(BigInteger.Zero, (number, letter)
        => (number * Letters.Length) + Letters.IndexOf(letter, StringComparison.Ordinal));
}
