using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace P2PMiner.Grains.Pool.Stratum;

/// <summary>
/// Reads the messages of a Monero Stratum pool. Tolerant, as real pools differ: unknown fields are skipped, numbers may be strings and strings numbers,
/// whatever may be missing may. What a job's fields are worth is decided by <see cref="MoneroJobReader"/>.
/// </summary>
internal static class StratumParser
{
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 32 };

    /// <exception cref="PoolProtocolException">The line is no JSON object, or no text.</exception>
    public static StratumMessage Parse(in ReadOnlySequence<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Read(document.RootElement);
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: strings that are not UTF-8, which the document checks only when they are taken out.
        }

        var start = line.Slice(0, Math.Min(line.Length, 60));
        throw new PoolProtocolException($"not a JSON object: {PoolText.Clean(Encoding.Latin1.GetString(start))}");
    }

    private static StratumMessage Read(JsonElement root)
    {
        var id = Text(root, "id") is { } text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : (long?)null;
        if (Text(root, "method") is { } method)
        {
            root.TryGetProperty("params", out var parameters);
            return method switch
            {
                "job" => new() { Id = id, Method = method, Job = ReadJob(FirstObject(parameters)) },
                "client.reconnect" => new()
                {
                    Id = id, Method = method, RedirectHost = Item(parameters, 0) ?? "", RedirectPort = Item(parameters, 1),
                },
                _ => new() { Id = id, Method = method },
            };
        }

        var error = root.TryGetProperty("error", out var refusal) ? ErrorText(refusal) : null;
        if (!root.TryGetProperty("result", out var result) || result.ValueKind is JsonValueKind.Null)
        {
            return new() { Id = id, Error = error };
        }

        if (result.ValueKind != JsonValueKind.Object)
        {
            return new()
            {
                Id = id, HasResult = true, Status = Text(result), Error = error ?? (result.ValueKind == JsonValueKind.False ? "refused" : null),
            };
        }

        return new()
        {
            Id = id,
            HasResult = true,
            Error = error,
            SessionId = Text(result, "id"),
            Status = Text(result, "status"),
            Job = result.TryGetProperty("job", out var job) && job.ValueKind == JsonValueKind.Object ? ReadJob(job) : null,
            Extensions = ReadExtensions(result),
        };
    }

    private static StratumJob ReadJob(JsonElement job) => new()
    {
        JobId = Text(job, "job_id"),
        Blob = Text(job, "blob"),
        Target = Text(job, "target"),
        Algo = Text(job, "algo"),
        Height = Text(job, "height"),
        SeedHash = Text(job, "seed_hash"),
        NextSeedHash = Text(job, "next_seed_hash"),
    };

    private static List<string> ReadExtensions(JsonElement result) =>
        !result.TryGetProperty("extensions", out var list) || list.ValueKind != JsonValueKind.Array ? []
        : [.. list.EnumerateArray().Select(Text).OfType<string>().Select(name => name.ToLowerInvariant())];

    /// <summary>An object with a message, a list of code and text, or plain text; null: no error.</summary>
    private static string? ErrorText(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => Text(error, "message") ?? Text(error, "code") ?? "error without text",
        JsonValueKind.Array => Item(error, 1) ?? Item(error, 0) ?? "error without text",
        _ => Text(error),
    };

    private static JsonElement FirstObject(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? value[0] : value;

    private static string? Item(JsonElement list, int index) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > index ? Text(list[index]) : null;

    private static string? Text(JsonElement container, string name) =>
        container.ValueKind == JsonValueKind.Object && container.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };
}
