using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using P2PMiner.Native;

namespace P2PMiner.Silo.Commands;

/// <summary>
/// The headers of the GhostRider benchmark. A job's speed depends on the three CryptoNight variants that its previous block hash selects, so there are 40 of
/// those, in which each set of three occurs as often as it would by chance, as nearly as whole numbers allow.
/// <para>The rule: candidate N is SHA-256 of the ASCII text "p2p-miner gr N", N = 0, 1, 2 ... A candidate is taken if its set has a place
/// left. The places of a set are 40 times its probability, rounded by the largest remainder, the earlier set first where remainders are
/// equal. A header is 80 zero bytes except for the previous hash at 4..35; the nonce is at 76.</para>
/// </summary>
internal static class GhostRiderHeaders
{
    public const int Count = 40;
    public const int Bytes = 80;
    public const int NonceOffset = 76;

    private const int PreviousHashOffset = 4;

    /// <summary>Of a nibble modulo 6: variants 0 to 3 stand for three of the sixteen values, 4 and 5 for two.</summary>
    private static readonly int[] Weights = [3, 3, 3, 3, 2, 2];

    private static readonly Lazy<ImmutableArray<ImmutableArray<byte>>> Headers = new(Make);

    public static ImmutableArray<ImmutableArray<byte>> All => Headers.Value;

    /// <summary>Each set of three variants in ascending order, sets in lexical order, with the probability that a previous hash selects it.</summary>
    public static IReadOnlyList<((int A, int B, int C) Set, double Probability)> Sets { get; } =
    [
        .. from a in Enumerable.Range(0, 6)
           from b in Enumerable.Range(a + 1, 5 - a)
           from c in Enumerable.Range(b + 1, 5 - b)
           select ((a, b, c), Drawn(a, b, c) + Drawn(a, c, b) + Drawn(b, a, c) + Drawn(b, c, a) + Drawn(c, a, b) + Drawn(c, b, a)),
    ];

    /// <summary>How many headers of each of <see cref="Sets"/> there are.</summary>
    public static IReadOnlyList<int> Places { get; } = Share();

    private static double Drawn(int first, int second, int third)
        => Weights[first] / 16.0 * Weights[second] / (16 - Weights[first]) * Weights[third] / (16 - Weights[first] - Weights[second]);

    private static int[] Share()
    {
        int[] places = [.. Sets.Select(entry => (int)(Count * entry.Probability))];

        // Equal probabilities differ in their last bits, by the order of multiplication.
        var byRemainder = Enumerable.Range(0, Sets.Count)
            .OrderByDescending(set => Math.Round((Count * Sets[set].Probability) - places[set], 9)).ThenBy(set => set);
        foreach (var set in byRemainder.Take(Count - places.Sum()))
        {
            places[set]++;
        }

        return places;
    }

    private static ImmutableArray<ImmutableArray<byte>> Make()
    {
        var left = Sets.Select((entry, index) => (entry.Set, Places[index])).ToDictionary();
        var headers = ImmutableArray.CreateBuilder<ImmutableArray<byte>>(Count);
        for (var candidate = 0; headers.Count < Count; candidate++)
        {
            var hash = SHA256.HashData(Encoding.ASCII.GetBytes($"p2p-miner gr {candidate}"));
            if (left[SetOf(hash)]-- > 0)
            {
                var header = new byte[Bytes];
                hash.CopyTo(header, PreviousHashOffset);
                headers.Add([.. header]);
            }
        }

        return headers.ToImmutable();
    }

    internal static (int A, int B, int C) SetOf(ReadOnlySpan<byte> previousHash)
    {
        var (first, second, third) = GhostRiderKernel.VariantsOf(previousHash);
        int[] sorted = [.. new[] { first, second, third }.Order()];
        return (sorted[0], sorted[1], sorted[2]);
    }
}
