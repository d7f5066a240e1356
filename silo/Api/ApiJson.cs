using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace P2PMiner.Silo.Api;

/// <summary>How the API writes JSON.</summary>
internal static class ApiJson
{
    // Nothing here becomes part of a page: names stay readable.
    private static readonly JsonSerializerOptions Lines = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Lines) { WriteIndented = true };

    public static IResult Answer(JsonNode body) => Results.Text(body.ToJsonString(Indented) + "\n", "application/json");

    public static string OneLine(JsonNode body) => body.ToJsonString(Lines);

    /// <summary>A number as tools take it: at most so many decimals, and null when it is not known.</summary>
    public static JsonNode? Number(double? number, int decimals = 2)
        => number is { } known && double.IsFinite(known) ? JsonValue.Create(Math.Round(known, decimals)) : null;

    /// <summary>A number without decimals.</summary>
    public static JsonNode? Whole(double? number)
        => number is { } known && double.IsFinite(known) ? JsonValue.Create((ulong)Math.Clamp(known, 0, ulong.MaxValue / 2)) : null;

    public static JsonArray List(IEnumerable<JsonNode?> items) => [.. items];

    public static JsonArray Texts(IEnumerable<string> items) => [.. items.Select(item => (JsonNode?)JsonValue.Create(item))];
}
