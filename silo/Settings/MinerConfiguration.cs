using System.Collections;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Settings;

/// <summary>The settings in effect.</summary>
internal static class MinerConfiguration
{
    /// <summary>Command line over environment over files over defaults, every key known and every value readable and within its range.</summary>
    /// <exception cref="ConfigurationException">A file, key or value is wrong.</exception>
    public static IConfigurationRoot Load(CommandLineConfiguration commandLine, IDictionary environment)
        => Load(commandLine, environment, FileLayers.Load(commandLine.ConfigFile, environment));

    /// <inheritdoc cref="Load(CommandLineConfiguration, IDictionary)"/>
    public static IConfigurationRoot Load(CommandLineConfiguration commandLine, IDictionary environment, FileLayers files)
        => Build([.. files.Read.Select(file => file.Settings), SettingsEnvironment.Read(environment), commandLine.Settings]);

    /// <param name="layers">Weakest first, keys in canonical spelling.</param>
    public static IConfigurationRoot Build(params IReadOnlyList<IReadOnlyDictionary<string, string>> layers)
    {
        var settings = SettingsLayers.Merge(layers).ToDictionary(
            pair => pair.Key, string? (pair)
                => (SettingsSchema.Find(pair.Key) ?? throw new ConfigurationException($"Key '{pair.Key}' is not known")).Read(pair.Value));
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }
}
