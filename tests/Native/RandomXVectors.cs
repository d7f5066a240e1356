using System.Text.Json;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>The version 1 hashes of tests/vectors/randomx.json, by key.</summary>
internal static class RandomXVectors
{
    public sealed record Vector(byte[] Input, string Hash);

    public static IReadOnlyDictionary<string, List<Vector>> ByKey { get; } = Read();

    public static Seed SeedOf(string key) => Seed.FromBytes(Convert.FromHexString(key));

    public static void AssertAll(Hasher hasher, string key)
        => Assert.All(ByKey[key], vector => Assert.Equal(vector.Hash, hasher.Hash(vector.Input).ToString()));

    private static Dictionary<string, List<Vector>> Read()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "randomx.json")));
        return file.RootElement.GetProperty("official").GetProperty("v1").EnumerateArray()
            .Concat(file.RootElement.GetProperty("new_v1").EnumerateArray())
            .GroupBy(vector => vector.GetProperty("key").GetString()!, vector => new Vector(
                Convert.FromHexString(vector.GetProperty("input").GetString()!), vector.GetProperty("hash").GetString()!))
            .ToDictionary(ofKey => ofKey.Key, ofKey => ofKey.ToList());
    }
}
