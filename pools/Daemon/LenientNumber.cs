using System.Text.Json;
using System.Text.Json.Serialization;

namespace P2PMiner.Pools.Daemon;

/// <summary>
/// Reads a whole number from 0 to 2^64-1. Anything else in its place, such as "", -1 or 3350000.0, counts as missing: unknown.
/// </summary>
internal sealed class LenientNumber : JsonConverter<ulong?>
{
    public override ulong? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var number))
        {
            return number;
        }

        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, ulong? value, JsonSerializerOptions options) => throw new NotSupportedException("only read");
}
