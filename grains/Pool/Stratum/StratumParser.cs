using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace P2PMiner.Grains.Pool.Stratum;

/// <summary>
/// Reads the messages of a Stratum pool of either dialect. Tolerant, as real pools differ: unknown fields are skipped, numbers may be strings and strings
/// numbers, whatever may be missing may. What a job's fields are worth is decided by <see cref="MoneroJobReader"/> and <see cref="V1JobReader"/>.
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
                "mining.notify" => new() { Id = id, Method = method, Notify = ReadNotify(parameters) },
                _ => new() { Id = id, Method = method, Params = Items(parameters) },
            };
        }

        var error = root.TryGetProperty("error", out var refusal) ? ErrorText(refusal) : null;
        var code = error is null ? null : ErrorCode(refusal);
        if (!root.TryGetProperty("result", out var result) || result.ValueKind is JsonValueKind.Null)
        {
            return new() { Id = id, Error = error, ErrorCode = code };
        }

        if (result.ValueKind != JsonValueKind.Object)
        {
            return new()
            {
                Id = id, HasResult = true, Status = Text(result), Results = Items(result), ErrorCode = code,
                Error = error ?? (result.ValueKind == JsonValueKind.False ? "refused" : null),
            };
        }

        return new()
        {
            Id = id,
            HasResult = true,
            Error = error,
            ErrorCode = code,
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

    private static StratumNotify ReadNotify(JsonElement parameters) => new()
    {
        JobId = Item(parameters, 0),
        PreviousHash = Item(parameters, 1),
        CoinbaseHead = Item(parameters, 2),
        CoinbaseTail = Item(parameters, 3),
        Branches = parameters.ValueKind == JsonValueKind.Array && parameters.GetArrayLength() > 4 && parameters[4].ValueKind == JsonValueKind.Array
            ? Items(parameters[4]) : null,
        Version = Item(parameters, 5),
        Bits = Item(parameters, 6),
        Time = Item(parameters, 7),
        Clean = Item(parameters, 8),
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

    private static int? ErrorCode(JsonElement error)
    {
        var text = error.ValueKind == JsonValueKind.Array ? Item(error, 0) : Text(error, "code");
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) ? code : null;
    }

    private static JsonElement FirstObject(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? value[0] : value;

    private static string? Item(JsonElement list, int index) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > index ? Text(list[index]) : null;

    private static string?[] Items(JsonElement list) => list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(Text)] : [];

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
