using System.Text.Json;
using System.Text.Json.Serialization;

namespace P2PMiner.Pools.Daemon;

/// <summary>
/// Reads the error of an answer, in whatever form. Null if there is none, which some servers express by "", false, 0, [] or {}. A string
/// that is not valid text, as with half a surrogate pair, is shown as it was written.
/// </summary>
internal sealed class RpcErrorReader : JsonConverter<RpcError>
{
    public override RpcError? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var error = document.RootElement;
        return error.ValueKind switch
        {
            JsonValueKind.Object => Of(
                error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) ? number : null,
                error.TryGetProperty("message", out var message) ? Text(message) : null),
            JsonValueKind.Number => Of(error.TryGetInt32(out var number) ? number : -1, null),
            JsonValueKind.String => Of(null, Text(error)),
            JsonValueKind.True => Of(null, "true"),
            JsonValueKind.Array => Of(null, error.GetArrayLength() == 0 ? null : error.GetRawText()),
            _ => null,
        };
    }

    public override void Write(Utf8JsonWriter writer, RpcError value, JsonSerializerOptions options) => throw new NotSupportedException("only read");

    private static RpcError? Of(int? code, string? message) => code is null or 0 && string.IsNullOrEmpty(message) ? null : new(code, message);

    private static string? Text(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return element.GetRawText();
        }
    }
}
