using System.Text.Json;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>The hashes of tests/vectors/randomx.json, by key.</summary>
internal static class RandomXVectors
{
    public sealed record Vector(byte[] Input, string Hash);

    public static IReadOnlyDictionary<string, List<Vector>> ByKey { get; } = Read("v1");

    /// <summary>Of rx/2: not the commitments.</summary>
    public static IReadOnlyDictionary<string, List<Vector>> V2ByKey { get; } = Read("v2");

    public static IReadOnlyList<(byte[] Input, string Hash, string Commitment)> Commitments { get; } = ReadCommitments();

    public static Seed SeedOf(string key) => Seed.FromBytes(Convert.FromHexString(key));

    public static void AssertAll(Hasher hasher, string key)
        => Assert.All(ByKey[key], vector => Assert.Equal(vector.Hash, hasher.Hash(vector.Input).ToString()));

    private static Dictionary<string, List<Vector>> Read(string version)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "randomx.json")));
        return file.RootElement.GetProperty("official").GetProperty(version).EnumerateArray()
            .Concat(file.RootElement.GetProperty("new_" + version).EnumerateArray())
            .GroupBy(vector => vector.GetProperty("key").GetString()!, vector => new Vector(
                Convert.FromHexString(vector.GetProperty("input").GetString()!), vector.GetProperty("hash").GetString()!))
            .ToDictionary(ofKey => ofKey.Key, ofKey => ofKey.ToList());
    }

    private static List<(byte[] Input, string Hash, string Commitment)> ReadCommitments()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "randomx.json")));
        return [.. file.RootElement.GetProperty("commitment").GetProperty("vectors").EnumerateArray().Select(vector => (
            Convert.FromHexString(vector.GetProperty("input").GetString()!), vector.GetProperty("hash")
                .GetString()!, vector.GetProperty("commitment").GetString()!))];
    }
}
