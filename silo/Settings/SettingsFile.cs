using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Settings;

/// <summary>Reads a settings file: JSON, in which comments and trailing commas are allowed.</summary>
internal static class SettingsFile
{
    public const string Name = "orleans.json";

    /// <summary>Far beyond any real one; keeps a wrong path such as a disk image from filling the memory.</summary>
    private const long MaxBytes = 1024 * 1024;

    /// <summary>False: its rights keep this user out.</summary>
    public static bool MayRead(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            // For Read to tell.
            return true;
        }
    }

    /// <returns>Keys with colons, and values.</returns>
    /// <exception cref="ConfigurationException">Unreadable, not JSON, or with an unknown key.</exception>
    public static Dictionary<string, string> Read(string path)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
            {
                throw new ConfigurationException($"{path}: larger than {MaxBytes} bytes");
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(path),
                new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new ConfigurationException($"{path}: not a JSON object");
            }

            Flatten(path, json.RootElement, "", settings);
        }
        catch (JsonException error)
        {
            throw new ConfigurationException($"{path}: not JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: cannot be read ({error.Message})");
        }

        return settings;
    }

    private static void Flatten(string path, JsonElement element, string key, Dictionary<string, string> settings)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Require(path, key, key.Length == 0 || SettingsSchema.IsGroup(key));
                foreach (var property in element.EnumerateObject())
                {
                    Flatten(path, property.Value, key.Length == 0 ? property.Name : $"{key}:{property.Name}", settings);
                }

                break;
            case JsonValueKind.Array:
                Require(path, key, SettingsSchema.IsList(key));
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    Flatten(path, item, $"{key}:{index++}", settings);
                }

                break;
            case JsonValueKind.Null:
                Require(path, key, SettingsSchema.Find(key) is not null);
                break;
            default:
                var setting = SettingsSchema.Find(key);
                Require(path, key, setting is not null);
                if (!settings.TryAdd(setting.Key, element.ToString()))
                {
                    throw new ConfigurationException($"{path}: Key '{setting.Key}' is given twice");
                }

                break;
        }
    }

    private static void Require(string path, string key, [DoesNotReturnIf(false)] bool known)
    {
        if (!known)
        {
            throw new ConfigurationException($"{path}: Key '{key}' is not known{(SettingsSchema.Nearest(key) is { } near ? $" (did you mean {near}?)" : "")}");
        }
    }
}
