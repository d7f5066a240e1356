using System.Text.Json;
using P2PMiner.Hashing;

namespace P2PMiner.Pools.Practice;

/// <summary>The lines the pool sends, LF included.</summary>
internal static class PracticeReplies
{
    public static byte[] Error(string id, string message) => Line(json =>
    {
        Head(json, id);
        json.WriteStartObject("error");
        json.WriteNumber("code", -1);
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    public static byte[] Status(string id, string status) => Line(json =>
    {
        Head(json, id);
        json.WriteNull("error");
        json.WriteStartObject("result");
        json.WriteString("status", status);
        json.WriteEndObject();
    });

    public static byte[] LoggedIn(string id, string sessionId, PracticeJob job, bool withAlgo, bool niceHash) => Line(json =>
    {
        Head(json, id);
        json.WriteNull("error");
        json.WriteStartObject("result");
        json.WriteString("id", sessionId);
        json.WriteStartObject("job");
        Job(json, job, sessionId, withAlgo);
        json.WriteEndObject();
        json.WriteStartArray("extensions");
        if (withAlgo)
        {
            json.WriteStringValue("algo");
        }

        if (niceHash)
        {
            json.WriteStringValue("nicehash");
        }

        json.WriteStringValue("keepalive");
        json.WriteEndArray();
        json.WriteString("status", "OK");
        json.WriteEndObject();
    });

    public static byte[] NewJob(string sessionId, PracticeJob job, bool withAlgo) => Line(json =>
    {
        json.WriteString("jsonrpc", "2.0");
        json.WriteString("method", "job");
        json.WriteStartObject("params");
        Job(json, job, sessionId, withAlgo);
        json.WriteEndObject();
    });

    private static void Head(Utf8JsonWriter json, string id)
    {
        json.WritePropertyName("id");
        json.WriteRawValue(id);
        json.WriteString("jsonrpc", "2.0");
    }

    private static void Job(Utf8JsonWriter json, PracticeJob job, string sessionId, bool withAlgo)
    {
        json.WriteString("id", sessionId);
        json.WriteString("job_id", job.Id);
        json.WriteString("blob", job.BlobHex);
        json.WriteString("target", job.TargetHex);
        json.WriteNumber("height", job.Block.Height);
        json.WriteString("seed_hash", job.Block.Seed.Hex);
        if (job.Block.NextSeed is { } next)
        {
            json.WriteString("next_seed_hash", next.Hex);
        }

        if (withAlgo)
        {
            json.WriteString("algo", job.Algorithm.WireName());
        }
    }

    internal static byte[] Line(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }
}
