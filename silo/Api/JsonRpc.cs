using System.Text.Json;
using System.Text.Json.Nodes;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Api;

/// <summary>
/// POST /json_rpc: pause and resume this node, as the keys p and r do. There is no "stop": what has started a node, such as a service manager, would start it
/// again, and a stranger with a token could end it for good.
/// </summary>
internal static class JsonRpc
{
    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;
    private const int MethodNotFound = -32601;
    private const int InvalidParams = -32602;
    private const int InternalError = -32603;

    /// <summary>Deeper than any call.</summary>
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 16 };

    /// <param name="body">Not longer than the server lets through.</param>
    public static async Task<JsonObject> AnswerAsync(Stream body, IMinerConsoleSource miner, CancellationToken cancellation)
    {
        JsonNode? call;
        try
        {
            call = await JsonNode.ParseAsync(body, new() { PropertyNameCaseInsensitive = false }, Reading, cancellation);
        }
        catch (JsonException)
        {
            return Error(null, ParseError, "Parse error");
        }

        try
        {
            return call is JsonObject request ? await CarryOutAsync(request, miner) : Error(null, InvalidRequest, "Invalid Request");
        }
        catch (ArgumentException)
        {
            // A name that occurs twice: the object is read only when it is looked into.
            return Error(null, InvalidRequest, "Invalid Request");
        }
    }

    private static async Task<JsonObject> CarryOutAsync(JsonObject request, IMinerConsoleSource miner)
    {
        var id = request["id"] is JsonValue value && value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number ? request["id"] : null;
        if (request["method"] is not JsonValue named || !named.TryGetValue<string>(out var method))
        {
            return Error(id, InvalidRequest, "Invalid Request");
        }

        Func<Task>? act = method switch
        {
            "pause" => miner.PauseAsync,
            "resume" => miner.ResumeAsync,
            _ => null,
        };
        if (act is null)
        {
            return Error(id, MethodNotFound, "Method not found");
        }

        if (request["params"] is JsonValue)
        {
            return Error(id, InvalidParams, "Invalid params");
        }

        try
        {
            await act();
        }
        catch (Exception error) when (ApiReader.IsSilence(error))
        {
            return Error(id, InternalError, "Internal error");
        }

        return new() { ["result"] = new JsonObject { ["status"] = "OK" }, ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone() };
    }

    private static JsonObject Error(JsonNode? id, int code, string message)
        => new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message }, ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone() };
}
