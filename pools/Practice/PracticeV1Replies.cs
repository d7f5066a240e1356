using System.Text.Json;

namespace P2PMiner.Pools.Practice;

/// <summary>The lines the pool sends to a miner that speaks Stratum v1, LF included.</summary>
internal static class PracticeV1Replies
{
    public static byte[] Subscribed(string id, string sessionId, PracticeV1Miner miner, int extraNonce2Bytes) => Answer(id, json =>
    {
        json.WriteStartArray();
        json.WriteStartArray();
        foreach (var notice in (string[])["mining.set_difficulty", "mining.notify"])
        {
            json.WriteStartArray();
            json.WriteStringValue(notice);
            json.WriteStringValue(sessionId);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStringValue(Convert.ToHexStringLower(miner.ExtraNonce1));
        json.WriteNumberValue(extraNonce2Bytes);
        json.WriteEndArray();
    });

    public static byte[] Yes(string id) => Answer(id, json => json.WriteBooleanValue(true));

    public static byte[] Error(string id, PracticeRefusal refusal) => PracticeReplies.Line(json =>
    {
        json.WritePropertyName("id");
        json.WriteRawValue(id);
        json.WriteNull("result");
        json.WriteStartArray("error");
        json.WriteNumberValue(refusal.V1Code());
        json.WriteStringValue(refusal.Text());
        json.WriteNullValue();
        json.WriteEndArray();
    });

    /// <param name="difficulty">Expected hashes; the wire has a unit of 65,536, which a double divides by without rounding.</param>
    public static byte[] SetDifficulty(ulong difficulty) => Notice("mining.set_difficulty", json => json.WriteNumberValue(difficulty / 65536.0));

    public static byte[] SetExtraNonce(PracticeV1Miner miner, int extraNonce2Bytes) => Notice("mining.set_extranonce", json =>
    {
        json.WriteStringValue(Convert.ToHexStringLower(miner.ExtraNonce1));
        json.WriteNumberValue(extraNonce2Bytes);
    });

    public static byte[] Notify(PracticeV1Job job, bool clean) => Notice("mining.notify", json =>
    {
        var fields = job.Fields;
        json.WriteStringValue(job.Id);
        json.WriteStringValue(fields.PreviousHash);
        json.WriteStringValue(fields.Head);
        json.WriteStringValue(fields.Tail);
        json.WriteStartArray();
        foreach (var branch in fields.Branches)
        {
            json.WriteStringValue(branch);
        }

        json.WriteEndArray();
        json.WriteStringValue(fields.Version);
        json.WriteStringValue(fields.Bits);
        json.WriteStringValue(fields.Time);
        json.WriteBooleanValue(clean);
    });

    private static byte[] Answer(string id, Action<Utf8JsonWriter> result) => PracticeReplies.Line(json =>
    {
        json.WritePropertyName("id");
        json.WriteRawValue(id);
        json.WritePropertyName("result");
        result(json);
        json.WriteNull("error");
    });

    private static byte[] Notice(string method, Action<Utf8JsonWriter> parameters) => PracticeReplies.Line(json =>
    {
        json.WriteNull("id");
        json.WriteString("method", method);
        json.WriteStartArray("params");
        parameters(json);
        json.WriteEndArray();
    });
}
