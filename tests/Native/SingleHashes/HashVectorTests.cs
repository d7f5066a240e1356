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

    [Theory]
    [InlineData("74657374206b657920303030")]
    [InlineData("e005e7e0a63e74cbb55d37d9c98fff9f97211998998d0b55eb149c115e9f721c")]
    public void Hash_RxTwoInLightMode_MatchesVectors(string key)
    {
        using var hasher = Hasher.Create(Hashing.Algorithm.RandomXV2, RandomXVectors.SeedOf(key), fast: false);

        Assert.NotEmpty(RandomXVectors.V2ByKey[key]);
        Assert.All(RandomXVectors.V2ByKey[key], vector => Assert.Equal(vector.Hash, hasher.Hash(vector.Input).ToString()));
    }
}
