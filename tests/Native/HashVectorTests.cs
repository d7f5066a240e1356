namespace P2PMiner.Native;

/// <summary>Known answers through the managed path in light mode.</summary>
public sealed class HashVectorTests
{
    public static TheoryData<string> Keys => [.. RandomXVectors.ByKey.Keys];

    [Fact]
    public void Vectors_AllOfThem_ArePresent()
    {
        Assert.Equal(8, RandomXVectors.ByKey.Count);
        Assert.Equal(72 + 5, RandomXVectors.ByKey.Values.Sum(vectors => vectors.Count));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Hash_LightMode_MatchesVectors(string key)
    {
        using var hasher = Hasher.Create(Hashing.Algorithm.RandomX, RandomXVectors.SeedOf(key), fast: false);
        RandomXVectors.AssertAll(hasher, key);
    }
}
