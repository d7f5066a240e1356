using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using P2PMiner.Hashing;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Stratum;

/// <summary>Writes the lines that we send, each with its LF.</summary>
internal static class StratumRequests
{
    public const long LoginId = 1;

    /// <summary>The program's name and version, as pools show it to their users.</summary>
    public static string Agent { get; } = $"p2p-miner/{typeof(StratumRequests).Assembly.GetName().Version?.ToString(3)}";

    // Without it '+' would be sent as \u002B, which is correct but unknown to hand-made parsers, and "wallet+difficulty" is common.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Login(PoolEntry entry, IEnumerable<Algorithm> algorithms) => Write(LoginId, "login", json =>
    {
        json.WriteString("login", entry.User);
        json.WriteString("pass", entry.Pass);
        json.WriteString("agent", Agent);
        if (!string.IsNullOrEmpty(entry.RigId))
        {
            json.WriteString("rigid", entry.RigId);
        }

        json.WriteStartArray("algo");
        foreach (var algorithm in algorithms)
        {
            json.WriteStringValue(algorithm.WireName());
        }

        json.WriteEndArray();
    });

    /// <param name="nonce">Little-endian in the blob, so its hex is in blob order.</param>
    /// <param name="result">What meets the target.</param>
    /// <param name="committed">The hash that a result of rx/2 commits to; null for others. The field "commitment" carries it, against its name.</param>
    /// <param name="algorithm">Null unless negotiated.</param>
    public static ReadOnlyMemory<byte> Submit(long id, string sessionId, string jobId, uint nonce, Hash256 result, Hash256? committed, Algorithm? algorithm) =>
        Write(id, "submit", json =>
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, nonce);
            json.WriteString("id", sessionId);
            json.WriteString("job_id", jobId);
            json.WriteString("nonce", Convert.ToHexStringLower(bytes));
            json.WriteString("result", result.ToString());
            if (committed is { } hash)
            {
                json.WriteString("commitment", hash.ToString());
            }

            if (algorithm is { } negotiated)
            {
                json.WriteString("algo", negotiated.WireName());
            }
        });

    public static ReadOnlyMemory<byte> KeepAlive(long id, string sessionId) => Write(id, "keepalived", json => json.WriteString("id", sessionId));

    private static ReadOnlyMemory<byte> Write(long id, string method, Action<Utf8JsonWriter> parameters)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Json))
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("jsonrpc", "2.0");
            json.WriteString("method", method);
            json.WriteStartObject("params");
            parameters(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }
}
