using System.Diagnostics.CodeAnalysis;

namespace P2PMiner.Native;

/// <summary>
/// How many GhostRider hashes one thread works on at once, for each CryptoNight variant: interleaved, they hide each other's waiting.
/// </summary>
internal sealed class LaneDepths : IEquatable<LaneDepths>
{
    public const int Variants = 6;
    public const int Most = 20;

    private readonly byte[] _lanes;

    /// <param name="lanes">1..<see cref="Most"/> for each of the <see cref="Variants"/>.</param>
    public LaneDepths(IReadOnlyList<int> lanes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(lanes.Count, Variants);
        _lanes = [.. lanes.Select(
            count => count is >= 1 and <= Most ? (byte)count : throw new ArgumentOutOfRangeException(nameof(lanes), count, "no number of lanes"))];
    }

    /// <summary>In the order of the native header.</summary>
    public static IReadOnlyList<string> Names { get; } = ["dark", "dark-lite", "fast", "lite", "turtle", "turtle-lite"];

    /// <summary>One lane for each variant: what every machine has room for.</summary>
    public static LaneDepths Single { get; } = new([.. Enumerable.Repeat(1, Variants)]);

    public int this[int variant] => _lanes[variant];

    public int Largest => _lanes.Max();

    /// <summary>Memory for the scratchpads of one thread.</summary>
    public long PadBytes
    {
        get
        {
            NativeMethods.GhostRiderPadBytes(ToNative(), out var bytes).ThrowIfFailed("size the pads");
            return (long)bytes;
        }
    }

    /// <summary>Without measuring.</summary>
    /// <param name="padBytesMax">What the scratchpads of one thread may take, 2 MiB or more.</param>
    public static LaneDepths Guess(long padBytesMax)
    {
        NativeMethods.GhostRiderGuess((ulong)padBytesMax, out var depths).ThrowIfFailed("guess the lanes");
        ReadOnlySpan<byte> lanes = depths;
        return new([.. lanes[..Variants].ToArray().Select(count => (int)count)]);
    }

    public LaneDepths With(int variant, int lanes)
        => new([.. _lanes.Select((count, index) => index == variant ? lanes : count)]);

    public IReadOnlyList<int> ToList() => [.. _lanes.Select(count => (int)count)];

    public NativeDepths ToNative()
    {
        var depths = default(NativeDepths);
        _lanes.CopyTo(depths);
        return depths;
    }

    public bool Equals([NotNullWhen(true)] LaneDepths? other) => other is not null && _lanes.AsSpan().SequenceEqual(other._lanes);

    public override bool Equals(object? obj) => Equals(obj as LaneDepths);

    public override int GetHashCode() => _lanes.Aggregate(0, HashCode.Combine);

    /// <summary>"dark 8, dark-lite 7, ..."</summary>
    public override string ToString() => string.Join(", ", _lanes.Select((count, variant) => $"{Names[variant]} {count}"));
}
