using System.Text.Json;
using System.Text.Json.Serialization;

namespace P2PMiner.Pools.Practice;

/// <summary>One line from a miner, read and bounded.</summary>
/// <param name="Id">The request's id as JSON text, "null" where there is none: it goes back as it came.</param>
internal sealed record PracticeRequest(string Id, string Method, JsonElement Params)
{
    private const int MaxIdLength = 40;
    private const int MaxParameters = 16;

    /// <summary>It is of Stratum v1.</summary>
    public bool IsV1 => Method.StartsWith("mining.", StringComparison.Ordinal);

    /// <summary>Null unless it is a JSON object with a method and an id that is a number, a string or absent.</summary>
    public static PracticeRequest? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var raw = JsonSerializer.Deserialize(line, PracticeJson.Default.RawRequest);
            var id = raw?.Id.ValueKind switch
            {
                JsonValueKind.Number => raw.Id.GetRawText(),
                JsonValueKind.String => JsonSerializer.Serialize(raw.Id.GetString()!, PracticeJson.Default.String),
                JsonValueKind.Undefined or JsonValueKind.Null => "null",
                _ => null,
            };
            return raw?.Method is { Length: > 0 and <= 64 } method && id is { Length: <= MaxIdLength } ? new(id, method, raw.Params) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-16, such as "\ud800".
            return null;
        }
    }

    public LoginParams? Login() => Read(PracticeJson.Default.LoginParams) is { IsInBounds: true } login ? login : null;

    public SubmitParams? Submit() => Read(PracticeJson.Default.SubmitParams);

    /// <summary>
    /// The parameters of Stratum v1, a list of strings or numbers: their texts, null for anything else; empty if it is not a list or a long
    /// one.
    /// </summary>
    public IReadOnlyList<string?> Texts()
    {
        try
        {
            return Params.ValueKind != JsonValueKind.Array || Params.GetArrayLength() > MaxParameters ? []
                : [.. Params.EnumerateArray().Select(item => item.ValueKind switch
                {
                    JsonValueKind.String => item.GetString(),
                    JsonValueKind.Number => item.GetRawText(),
                    _ => null,
                })];
        }
        catch (InvalidOperationException)
        {
            // A string that is not valid UTF-16.
            return [];
        }
    }

    private T? Read<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Params.ValueKind == JsonValueKind.Object ? Params.Deserialize(type) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

internal sealed record RawRequest(JsonElement Id, string? Method, JsonElement Params);

internal sealed record LoginParams(string? Login, string? Agent, [property: JsonPropertyName("rigid")] string? RigId, string?[]? Algo)
{
    public bool IsInBounds => Login is { Length: > 0 and <= 256 } && Agent is null or { Length: <= 512 }
        && RigId is null or { Length: <= 128 } && Algo is null or { Length: <= 64 };
}

internal sealed record SubmitParams(
    string? Id, [property: JsonPropertyName("job_id")] string? JobId, string? Nonce, string? Result, string? Commitment, string? Algo);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8)]
[JsonSerializable(typeof(RawRequest))]
[JsonSerializable(typeof(LoginParams))]
[JsonSerializable(typeof(SubmitParams))]
[JsonSerializable(typeof(string))]
internal sealed partial class PracticeJson : JsonSerializerContext;
