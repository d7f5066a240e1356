using System.Diagnostics.CodeAnalysis;

namespace P2PMiner.Hashing;

/// <summary>
/// The key that a RandomX dataset is made from: 1..60 bytes, for Monero the 32-byte hash of the seed block.
/// Empty for algorithms without one.
/// </summary>
[GenerateSerializer, Immutable, Alias("p2p.Seed")]
public sealed record Seed : IWireValue
{
    public const int MaxBytes = 60;

    /// <summary>No seed: GhostRider.</summary>
    public static Seed None { get; } = new();

    /// <summary>
    /// Lower-case hex digits, two for each byte. As text it is simple to compare and to log; a seed changes every few days.
    /// </summary>
    [Id(0)] public string Hex { get; private init; } = "";

    public byte[] ToBytes() => Convert.FromHexString(Hex);

    public static Seed FromBytes(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxBytes);
        return new() { Hex = Convert.ToHexStringLower(bytes) };
    }

    /// <summary>Reads 2 to 120 hex digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, [NotNullWhen(true)] out Seed? seed)
    {
        seed = null;
        if (hex is null || hex.Length is 0 or > 2 * MaxBytes || hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        seed = new() { Hex = hex.ToLowerInvariant() };
        return true;
    }

    public string? FindFault() => Hex is { Length: <= 2 * MaxBytes } hex && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigitLower) ? null : "no seed in hex";

    public override string ToString() => Hex;
}
