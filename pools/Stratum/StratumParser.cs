using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace P2PMiner.Pools.Stratum;

/// <summary>
/// Reads the messages of a Stratum pool of either dialect. Tolerant, because real pools differ: unknown fields are skipped, numbers may be
/// strings and strings numbers, and every field that can be missing may be missing. A job's fields are judged by
/// <see cref="MoneroJobReader"/> and <see cref="V1JobReader"/>.
/// </summary>
internal static partial class StratumParser
{
    /// <summary>Replaces what was not UTF-8 or not a character in a text. A text that goes back to the pool must not contain it.</summary>
    public const char Unreadable = '\uFFFD';

    /// <summary>Of the id of a pool's request, as JSON.</summary>
    private const int MaxRequestIdChars = 128;

    // Two messages in one line are two messages: some pools forget the line end between them.
    private static readonly JsonReaderOptions Json = new() { MaxDepth = 32, AllowMultipleValues = true };

    // Fields in which pools give the reason, beside an error or in place of one.
    private static readonly string[] ReasonNames = ["reject-reason", "reject_reason", "rejectReason", "reason", "message"];

    /// <summary>The messages of a line: usually one, none if it is empty. A damaged line is repaired where possible.</summary>
    /// <param name="unusable">The line as text, not cleaned, if it or its end is not a JSON object; else null.</param>
    public static IReadOnlyList<StratumMessage> Read(in ReadOnlySequence<byte> line, out string? unusable)
    {
        unusable = null;
        var messages = new List<StratumMessage>(1);
        if (TryRead(line, messages))
        {
            return messages;
        }

        messages.Clear();
        var mended = Mend(line);
        if (!TryRead(new(Encoding.UTF8.GetBytes(mended)), messages))
        {
            unusable = mended;
        }

        return messages;
    }

    /// <returns>False: <paramref name="messages"/> has those before the fault.</returns>
    private static bool TryRead(in ReadOnlySequence<byte> text, List<StratumMessage> messages)
    {
        try
        {
            var reader = new Utf8JsonReader(text, isFinalBlock: true, new(Json));
            while (reader.Read())
            {
                using var document = JsonDocument.ParseValue(ref reader);
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                {
                    return false;
                }

                messages.Add(Read(document.RootElement));
            }

            return true;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: strings that are not UTF-8 or not valid text, which the document checks only when they are read.
            return false;
        }
    }

    /// <summary>
    /// The line without NUL and byte order marks, and with <see cref="Unreadable"/> for bytes that are not UTF-8, such as an umlaut in
    /// Latin-1, and for halves of surrogate pairs.
    /// </summary>
    private static string Mend(in ReadOnlySequence<byte> line) => Escape().Replace(
        Encoding.UTF8.GetString(line).Replace('\0', ' ').Replace('\uFEFF', ' '),
        static escape => escape.Groups["half"].Success ? $@"\u{(int)Unreadable:x4}" : escape.Value);

    // From left to right, so that the backslash of "\\ud83d" is not mistaken for the beginning of an escape.
    [GeneratedRegex(@"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Escape();

    private static StratumMessage Read(JsonElement root)
    {
        var id = Text(root, "id") is { } text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : (long?)null;
        var isError = root.TryGetProperty("error", out var refusal) && !IsEmpty(refusal);
        root.TryGetProperty("result", out var result);
        root.TryGetProperty("params", out var parameters);

        // An answer may repeat the method of what it answers.
        var answers = id is not null
            && (isError || (result.ValueKind is not JsonValueKind.Undefined
                && (result.ValueKind is not JsonValueKind.Null || parameters.ValueKind is JsonValueKind.Undefined)));
        return Text(root, "method") is { } method && !answers
            ? ReadMethod(method, parameters) with { Id = id, RequestId = RequestId(root) }
            : ReadAnswer(root, result, isError ? refusal : default) with { Id = id };
    }

    private static StratumMessage ReadMethod(string method, JsonElement parameters) => method switch
    {
        "job" => new() { Method = method, Job = ReadJob(FirstObject(parameters)) },
        "client.reconnect" => new() { Method = method, RedirectHost = Item(parameters, 0) ?? "", RedirectPort = Item(parameters, 1) },
        "mining.notify" => new() { Method = method, Notify = ReadNotify(parameters) },
        _ => new() { Method = method, Params = Items(parameters) },
    };

    /// <param name="refusal">Undefined: there is none.</param>
    private static StratumMessage ReadAnswer(JsonElement root, JsonElement result, JsonElement refusal)
    {
        var reason = Reason(root) ?? Reason(result);
        var answer = new StratumMessage { Reason = reason };
        if (refusal.ValueKind != JsonValueKind.Undefined)
        {
            var error = ErrorText(refusal);
            answer = answer with
            {
                ErrorCode = ErrorCode(refusal),
                Error = error is null ? reason ?? "error without text"
                : StratumRefusal.Because(error, reason)
            };
        }

        return result.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => answer,
            JsonValueKind.False => answer with { HasResult = true, Status = Text(result), Error = answer.Error ?? reason ?? "refused" },
            JsonValueKind.Object => answer with
            {
                HasResult = true,
                SessionId = Text(result, "id"),
                Status = Text(result, "status"),
                Job = result.TryGetProperty("job", out var job) && job.ValueKind == JsonValueKind.Object ? ReadJob(job) : null,
                Extensions = ReadExtensions(result),
            },
            _ => answer with { HasResult = true, Status = Text(result), Results = Items(result) },
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

    /// <summary>
    /// An error that says nothing, as pools send it beside a good result: null, false, 0, "", and lists and objects of these.
    /// </summary>
    private static bool IsEmpty(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Number => error.TryGetDouble(out var number) && number == 0,
        JsonValueKind.String => string.IsNullOrWhiteSpace(error.GetString()),
        JsonValueKind.Array => error.EnumerateArray().All(IsEmpty),
        JsonValueKind.Object => error.EnumerateObject().All(property => IsEmpty(property.Value)),
        _ => false,
    };

    /// <summary>Of an object with a message, a list of code and text, plain text or a number; null: it has none.</summary>
    private static string? ErrorText(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.Object => Reason(error) ?? Said(Text(error, "code")),
        JsonValueKind.Array => Said(Item(error, 1)) ?? Said(Item(error, 0)),
        JsonValueKind.True => null,
        _ => Text(error),
    };

    private static int? ErrorCode(JsonElement error)
    {
        var text = error.ValueKind switch
        {
            JsonValueKind.Array => Item(error, 0),
            JsonValueKind.Number => Text(error),
            _ => Text(error, "code"),
        };
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) ? code : null;
    }

    private static string? Reason(JsonElement container) => ReasonNames.Select(name => Said(Text(container, name))).FirstOrDefault(text => text is not null);

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    /// <summary>As it was written, to be sent back; null: no answer is needed.</summary>
    private static string? RequestId(JsonElement root) =>
        root.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number
            && id.GetRawText() is { Length: <= MaxRequestIdChars } text
            ? text : null;

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
