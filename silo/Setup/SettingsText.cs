using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using P2PMiner.Silo.Settings;

namespace P2PMiner.Silo.Setup;

/// <summary>Settings as the text of a settings file.</summary>
internal static class SettingsText
{
    /// <summary>The first line of a file that setup wrote.</summary>
    public const string Heading = "// Written by p2p-miner setup, which overwrites it: comments and layout do not last. p2p-miner setup --undo gives back what was before.\n";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="settings">Keys in canonical form, and values; the items of a list are numbered from 0 without gaps.</param>
    public static byte[] Write(IReadOnlyDictionary<string, string> settings)
    {
        var root = new JsonObject();
        foreach (var (key, value) in settings.OrderBy(pair => InOrder(pair.Key), StringComparer.Ordinal))
        {
            var parts = key.Split(':');
            JsonNode place = root;
            for (var i = 0; i < parts.Length - 1; i++)
            {
                place = Below(place, parts[i], isList: int.TryParse(parts[i + 1], out _));
            }

            Put(place, parts[^1], Value(key, value));
        }

        return Encoding.UTF8.GetBytes(Heading + root.ToJsonString(Layout) + "\n");
    }

    /// <summary>Item 10 after item 9.</summary>
    private static string InOrder(string key) => string.Join(':', key.Split(':').Select(part => int.TryParse(part, out _) ? part.PadLeft(4, '0') : part));

    private static JsonNode Below(JsonNode place, string part, bool isList)
    {
        var there = place is JsonArray list ? (int.Parse(part) is var index && index < list.Count ? list[index] : null) : place[part];
        if (there is null)
        {
            there = isList ? new JsonArray() : new JsonObject();
            Put(place, part, there);
        }

        return there;
    }

    private static void Put(JsonNode place, string part, JsonNode value)
    {
        if (place is JsonArray list)
        {
            list.Add(value);
        }
        else
        {
            place[part] = value;
        }
    }

    private static JsonNode Value(string key, string value) => SettingsSchema.Find(key)?.Type switch
    {
        var type when type == typeof(bool) && bool.TryParse(value, out var flag) => JsonValue.Create(flag),
        var type when type == typeof(int) && int.TryParse(value, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(value),
    };
}
