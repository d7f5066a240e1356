using System.Collections.Immutable;

namespace P2PMiner.Hashing;

/// <summary>Bytes that are hashed with one nonce after another written into them.</summary>
public static class HashingBlob
{
    /// <summary>The most that the native library accepts.</summary>
    public const int MaxBytes = 1024;

    /// <summary>GhostRider hashes headers of one size, with the nonce in one place.</summary>
    private const int GhostRiderBytes = 80;
    private const int GhostRiderNonceOffset = 76;

    /// <summary>Why it cannot be searched, see <see cref="IWireValue.FindFault"/>; null: it can.</summary>
    public static string? FindFault(Algorithm algorithm, Seed? seed, ImmutableArray<byte> blob, int nonceOffset)
        => FindSeedFault(algorithm, seed) ?? WireFault.Bytes("Blob", blob, MaxBytes)
            ?? (nonceOffset < 0 || nonceOffset > blob.Length - sizeof(uint) ? $"a nonce at {nonceOffset} of {blob.Length} bytes" : null)
            ?? (algorithm == Algorithm.GhostRider && (blob.Length != GhostRiderBytes || nonceOffset != GhostRiderNonceOffset)
                ? $"a GhostRider header of {blob.Length} bytes with its nonce at {nonceOffset}" : null);

    /// <summary>As <see cref="FindFault"/>: RandomX has a seed, GhostRider has none.</summary>
    public static string? FindSeedFault(Algorithm algorithm, Seed? seed)
        => WireFault.Member(nameof(Algorithm), algorithm) ?? WireFault.Of(nameof(Seed), seed)
            ?? (seed!.Hex.Length > 0 == algorithm.IsRandomX() ? null : $"{algorithm.WireName()} with a seed of {seed.Hex.Length / 2} bytes");
}
