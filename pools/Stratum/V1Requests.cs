using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using P2PMiner.Jobs;
using P2PMiner.Pools.Blobs;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Stratum;

/// <summary>Writes the lines of Stratum v1 that we send, each with its LF.</summary>
internal static class V1Requests
{
    public const long SubscribeId = 1;
    public const long AuthorizeId = 2;
    public const long ExtraNonceSubscribeId = 3;

    // As in the Monero dialect: '+' must be sent as it is.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Subscribe() => Request(SubscribeId, "mining.subscribe", StratumRequests.Agent);

    public static ReadOnlyMemory<byte> Authorize(PoolEntry entry) => Request(AuthorizeId, "mining.authorize", Worker(entry), entry.Pass);

    /// <summary>Asks to be told of new extra nonces on this connection. Pools that do not know it answer with an error.</summary>
    public static ReadOnlyMemory<byte> SubscribeExtraNonce() => Request(ExtraNonceSubscribeId, "mining.extranonce.subscribe");

    /// <param name="nonce">The number that header bytes 76 to 79 are little-endian.</param>
    public static ReadOnlyMemory<byte> Submit(long id, PoolEntry entry, string jobId, StratumV1Template template, uint extraNonce, uint nonce) => Request(
        id, "mining.submit", Worker(entry), jobId, Convert.ToHexStringLower(V1Header.ExtraNonce2(template, extraNonce)), template.Time,
        nonce.ToString("x8", CultureInfo.InvariantCulture));

    /// <summary>The dialect has no field for a rig: pools take what follows the last dot of the user as its name.</summary>
    private static string Worker(PoolEntry entry) => string.IsNullOrEmpty(entry.RigId) ? entry.User : $"{entry.User}.{entry.RigId}";

    private static ReadOnlyMemory<byte> Request(long id, string method, params string[] parameters)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Json))
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("method", method);
            json.WriteStartArray("params");
            foreach (var parameter in parameters)
            {
                json.WriteStringValue(parameter);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }
}
