using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace P2PMiner.Silo.Membership;

/// <summary>
/// Frames of the table port: length of what follows (4 bytes, little-endian), format version (1 byte), JSON in UTF-8. Requests and answers
/// take turns on a connection. Every breach of a limit or a range is a <see cref="TableProtocolException"/>. Length and version stand there in every
/// version.
/// </summary>
internal static class TableFrames
{
    public const byte FormatVersion = WireVersion.Current;
    public const int MaxRequestBytes = 64 << 10;
    public const int MaxAnswerBytes = 8 << 20;
    private const int LengthBytes = 4;

    public static Task WriteAsync(Stream stream, TableRequest request, CancellationToken cancellation)
        => WriteAsync(stream, JsonSerializer.SerializeToUtf8Bytes(request, TableJson.Default.TableRequest), cancellation);

    public static Task WriteAsync(Stream stream, TableAnswer answer, CancellationToken cancellation)
        => WriteAsync(stream, JsonSerializer.SerializeToUtf8Bytes(answer, TableJson.Default.TableAnswer), cancellation);

    /// <summary>The next request, validated. Null: the other side closed the connection between two frames.</summary>
    public static async Task<TableRequest?> ReadRequestAsync(Stream stream, CancellationToken cancellation)
        => await ReadAsync(stream, MaxRequestBytes, cancellation) is { } json ? ParseRequest(json) : null;

    /// <summary>The next answer, validated.</summary>
    /// <exception cref="EndOfStreamException">The other side closed the connection.</exception>
    public static async Task<TableAnswer> ReadAnswerAsync(Stream stream, CancellationToken cancellation)
        => await ReadAsync(stream, MaxAnswerBytes, cancellation) is { } json ? ParseAnswer(json)
            : throw new EndOfStreamException("the table connection was closed");

    internal static TableRequest ParseRequest(ReadOnlySpan<byte> json)
    {
        var request = Parse(json, TableJson.Default.TableRequest);
        request.Validate();
        return request;
    }

    internal static TableAnswer ParseAnswer(ReadOnlySpan<byte> json)
    {
        var answer = Parse(json, TableJson.Default.TableAnswer);
        answer.Validate();
        return answer;
    }

    private static T Parse<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new TableProtocolException("a frame holds nothing");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new TableProtocolException("a frame holds no request or answer");
        }
    }

    private static async Task WriteAsync(Stream stream, byte[] json, CancellationToken cancellation)
    {
        var frame = new byte[LengthBytes + 1 + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, json.Length + 1);
        frame[LengthBytes] = FormatVersion;
        json.CopyTo(frame, LengthBytes + 1);
        await stream.WriteAsync(frame, cancellation);
        await stream.FlushAsync(cancellation);
    }

    private static async Task<byte[]?> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellation)
    {
        var header = new byte[LengthBytes + 1];
        var got = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellation);
        if (got == 0)
        {
            return null;
        }

        TableProtocolException.Unless(got == header.Length, "a frame was cut short");
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (header[LengthBytes] != FormatVersion)
        {
            throw new TableProtocolException(WireVersion.Advice(header[LengthBytes], "that machine"), isOfOtherVersion: true);
        }

        TableProtocolException.Unless(length >= 1 && length <= maxBytes, $"a frame's length is not 1 to {maxBytes}");
        var json = new byte[length - 1];
        await stream.ReadExactlyAsync(json, cancellation);
        return json;
    }
}

/// <summary>The JSON of the table port.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 12)]
[JsonSerializable(typeof(TableRequest))]
[JsonSerializable(typeof(TableAnswer))]
internal sealed partial class TableJson : JsonSerializerContext;
