namespace P2PMiner.Silo.Settings;

/// <summary>
/// Combines the layers of settings: file, environment, command line. Where a layer names pools (any Pool:Pools:N:Url) its list replaces
/// the lists below it: mixing two lists by index would send one pool's password to another. A layer without a URL, such as a
/// password in the environment, completes the list that is in effect.
/// </summary>
internal static class SettingsLayers
{
    private const string Pools = "Pool:Pools:";

    /// <param name="layers">Weakest first.</param>
    public static Dictionary<string, string> Merge(params IReadOnlyList<IReadOnlyDictionary<string, string>> layers)
    {
        var list = layers.LastOrDefault(NamesPools);
        var merged = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var layer in layers)
        {
            var replaced = layer != list && NamesPools(layer);
            foreach (var (key, value) in layer.Where(pair => !replaced || !IsPool(pair.Key)))
            {
                merged[key] = value;
            }
        }

        return merged;
    }

    private static bool NamesPools(IReadOnlyDictionary<string, string> layer)
        => layer.Keys.Any(key => IsPool(key) && key.EndsWith(":Url", StringComparison.OrdinalIgnoreCase));

    private static bool IsPool(string key) => key.StartsWith(Pools, StringComparison.OrdinalIgnoreCase);
}
