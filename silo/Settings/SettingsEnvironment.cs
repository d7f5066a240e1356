using System.Collections;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Settings;

/// <summary>Settings from the environment: P2P_ and the key, with two underscores between its levels. P2P_POOL__POOLS__0__PASS</summary>
internal static class SettingsEnvironment
{
    public const string Prefix = "P2P_";

    /// <exception cref="ConfigurationException">A variable with the prefix names no setting.</exception>
    public static Dictionary<string, string> Read(IDictionary variables)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry variable in variables)
        {
            var name = (string)variable.Key;
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                var key = name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal);
                var setting = SettingsSchema.Find(key)
                    ?? throw new ConfigurationException($"environment variable {name}: Key '{key}' is not known{Hint(key)}");
                settings[setting.Key] = (string?)variable.Value ?? "";
            }
        }

        return settings;
    }

    private static string Hint(string key) => SettingsSchema.Nearest(key) is { } near
        ? $" (did you mean {Prefix}{near.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant()}?)" : "";
}
