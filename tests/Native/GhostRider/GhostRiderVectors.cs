using System.Text.Json;

namespace P2PMiner.Native;

/// <summary>The hashes of tests/vectors/ghostrider.json.</summary>
internal static class GhostRiderVectors
{
    public sealed record Vector(byte[] Header, string Hash);

    /// <summary>All with one header and one hash: published, genesis blocks, our own, edge cases.</summary>
    public static IReadOnlyList<Vector> All { get; } = Read();

    private static List<Vector> Read()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "ghostrider.json")));
        var root = file.RootElement;
        return [.. new[] { "published", "raptoreum_genesis", "new", "edge_cases" }.SelectMany(name => root.GetProperty(name).EnumerateArray())
            .Select(vector => new Vector(Convert.FromHexString(vector.GetProperty("header").GetString()!), vector.GetProperty("hash").GetString()!))];
    }
}
