namespace P2PMiner.Silo.Settings;

/// <summary>Where this process's settings come from, to be read at the start and again when a service manager asks for it.</summary>
/// <param name="load">Reads files, environment and command line as they are now, as <see cref="MinerConfiguration.Load"/>.</param>
/// <exception cref="Node.ConfigurationException">See <see cref="Load"/>.</exception>
internal sealed class SettingsSource(Func<IConfigurationRoot> load)
{
    private const string Pools = "Pool:Pools:";

    /// <summary>The file of --config; null: the usual ones.</summary>
    public string? Named { get; init; }

    /// <summary>Those that the process was started with.</summary>
    public IConfigurationRoot InEffect { get; } = load();

    /// <exception cref="Node.ConfigurationException">A file, key or value is wrong.</exception>
    public IConfigurationRoot Load() => load();

    /// <summary>The keys, those of pools left out, that have other values in one than in the other. Names only: a value may be a secret.</summary>
    public static IReadOnlyList<string> Changes(IConfiguration before, IConfiguration after)
    {
        var (old, present) = (Values(before), Values(after));
        return [.. old.Keys.Union(present.Keys).Where(key => old.GetValueOrDefault(key) != present.GetValueOrDefault(key)).Order(StringComparer.Ordinal)];
    }

    private static Dictionary<string, string> Values(IConfiguration settings)
        => settings.AsEnumerable().Where(pair => pair.Value is not null && !pair.Key.StartsWith(Pools, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.OrdinalIgnoreCase);
}
