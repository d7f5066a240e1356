using P2PMiner.Hashing;

namespace P2PMiner.Grains.Hashing;

/// <summary>
/// What a hash of a blob costs, as a multiple of the mean over all blobs of its algorithm. A GhostRider header's previous hash selects three of six CryptoNight
/// variants, which take nearly all the time: from a third of the mean to one and a half times that, for as long as the job lasts.
/// </summary>
internal static class HashCost
{
    private const int PreviousHashOffset = 4;
    private const int Variants = 6;
    private const int Selected = 3;

    /// <summary>
    /// Milliseconds a hash, one thread, measured on a Xeon with 2 MiB of L2 for each core: dark, dark-lite, fast, lite, turtle, turtle-lite. Only the ratios
    /// count; those of other machines differ by a third or so, which is near enough for the length of a lease.
    /// </summary>
    private static readonly double[] Milliseconds = [0.70, 0.54, 2.3, 1.75, 0.28, 0.21];

    private static readonly double Mean = MeanOf(0, Selected, 16);

    /// <summary>How many of the 16 nibbles lead to each variant.</summary>
    private static ReadOnlySpan<int> Weights => [3, 3, 3, 3, 2, 2];

    /// <param name="blob">Any blob of the job.</param>
    public static double Of(Algorithm algorithm, ReadOnlySpan<byte> blob)
        => algorithm != Algorithm.GhostRider || blob.Length < PreviousHashOffset + Hash256.Size ? 1
            : OfGhostRider(blob.Slice(PreviousHashOffset, Hash256.Size));

    /// <summary>
    /// The first three variants to come up among the nibbles, the lower one of each byte first; when there are fewer, the lowest of those
    /// left.
    /// </summary>
    private static double OfGhostRider(ReadOnlySpan<byte> previousHash)
    {
        Span<bool> taken = stackalloc bool[Variants];
        taken.Clear();
        var (count, cost) = (0, 0.0);
        for (var i = 0; i < (2 * previousHash.Length) + Variants && count < Selected; i++)
        {
            var nibble = i >= 2 * previousHash.Length ? i - (2 * previousHash.Length) : (previousHash[i / 2] >> (4 * (i % 2))) & 0xf;
            var variant = nibble % Variants;
            if (!taken[variant])
            {
                taken[variant] = true;
                cost += Milliseconds[variant];
                count++;
            }
        }

        return cost / Mean;
    }

    /// <summary>
    /// Of <paramref name="more"/> draws from the variants that are not in <paramref name="taken"/> (a bit for each), which have so much
    /// weight left.
    /// </summary>
    private static double MeanOf(int taken, int more, int weightLeft)
    {
        var mean = 0.0;
        for (var variant = 0; variant < Variants && more > 0; variant++)
        {
            if ((taken & (1 << variant)) == 0)
            {
                var chance = Weights[variant] / (double)weightLeft;
                mean += chance * (Milliseconds[variant] + MeanOf(taken | (1 << variant), more - 1, weightLeft - Weights[variant]));
            }
        }

        return mean;
    }
}
