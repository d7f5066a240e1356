using CsCheck;
using P2PMiner.Hashing;

namespace P2PMiner.Interfaces.Tests.Hashing;

public sealed class NonceRangeTests
{
    [Fact]
    public void Take_AnyCount_TwoPartsThatMakeTheWhole() =>
        Gen.Select(Generators.Range, Gen.ULong).Sample((range, count) =>
        {
            var taken = range.Take(count, out var rest);
            Assert.Equal(Math.Min(count, range.Count), taken.Count);
            Assert.Equal(range.Count, taken.Count + rest.Count);
            Assert.Equal(range.First, taken.First);
            Assert.True(rest.IsEmpty || (rest.First == taken.End && rest.End == range.End));
            Assert.False(taken.Overlaps(rest));
        });

    [Fact]
    public void Take_UntilEmpty_PiecesNeverOverlapAndCoverAll() =>
        Gen.Select(Generators.Range, Gen.ULong[1UL << 24, 1UL << 32]).Sample((range, piece) =>
        {
            var pieces = new List<NonceRange>();
            for (var rest = range; !rest.IsEmpty;)
            {
                pieces.Add(rest.Take(piece, out rest));
            }

            Assert.True(pieces.Count == 0 || pieces[0].First == range.First);
            Assert.Equal(range.Count, pieces.Aggregate(0UL, (sum, part) => sum + part.Count));
            Assert.All(pieces.Zip(pieces.Skip(1)), pair => Assert.True(pair.First.End == pair.Second.First && !pair.First.Overlaps(pair.Second)));
        });

    [Fact]
    public void Overlaps_AnyPair_SymmetricAndWhenANonceIsInBoth() =>
        Gen.Select(Generators.Range, Generators.Range).Sample((a, b) =>
        {
            // The later of the two starts is in both, or nothing is.
            var shared = Math.Max(a.First, b.First);
            Assert.Equal(a.Contains(shared) && b.Contains(shared), a.Overlaps(b));
            Assert.Equal(a.Overlaps(b), b.Overlaps(a));
        });

    [Fact]
    public void Contains_Edges_HalfOpen() =>
        Generators.Range.Where(range => !range.IsEmpty).Sample(range =>
        {
            Assert.True(range.Contains(range.First));
            Assert.True(range.Contains((uint)(range.End - 1)));
            Assert.False(range.First > 0 && range.Contains(range.First - 1));
            Assert.False(range.End < NonceRange.SpaceSize && range.Contains((uint)range.End));
        });

    [Fact]
    public void New_BeyondTheSpace_Throws() =>
        Gen.UInt.Sample(first => Assert.Throws<ArgumentOutOfRangeException>(() => new NonceRange(first, NonceRange.SpaceSize - first + 1)));

    [Fact]
    public void NiceHash_EveryByte_PartsOfTheSpaceWithoutOverlap()
    {
        for (var top = 0; top < 256; top++)
        {
            var range = NonceRange.NiceHash((byte)top);
            Assert.Equal(((uint)top << 24, 1UL << 24), (range.First, range.Count));
        }

        Assert.Equal(NonceRange.SpaceSize, NonceRange.NiceHash(255).End);
    }

    [Fact]
    public void All_WholeSpace_TakesBothEnds()
    {
        Assert.True(NonceRange.All.Contains(0) && NonceRange.All.Contains(uint.MaxValue));
        Assert.Equal(NonceRange.All, NonceRange.All.Take(ulong.MaxValue, out var rest));
        Assert.True(rest.IsEmpty);
    }
}
