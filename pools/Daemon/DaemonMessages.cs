using System.Text.Json.Serialization;

namespace P2PMiner.Pools.Daemon;

// The messages of monerod's RPC, as far as mining needs them. Any field that is read may be missing: it is checked where it is used.

[JsonConverter(typeof(RpcErrorReader))]
internal sealed record RpcError(int? Code, string? Message)
{
    public const int CoreBusy = -9;
    public const int NotAccepted = -7;
    public const int WrongWalletAddress = -4;

    /// <summary>Instead of an error, from daemons of some versions.</summary>
    public const string BusyStatus = "BUSY";
}

internal sealed record TemplateRequest(string WalletAddress, int ReserveSize);

internal sealed record RpcRequest<T>(string Jsonrpc, string Id, string Method, T Params);

internal sealed record TemplateAnswer(RpcError? Error, TemplateResult? Result);

internal sealed record TemplateResult(
    string? Status, string? BlocktemplateBlob, string? BlockhashingBlob,
    [property: JsonConverter(typeof(LenientNumber))] ulong? Difficulty, string? WideDifficulty,
    [property: JsonConverter(typeof(LenientNumber))] ulong? Height, string? PrevHash,
    int? ReservedOffset, string? SeedHash, string? NextSeedHash);

internal sealed record SubmitAnswer(RpcError? Error, StatusResult? Result);

internal sealed record StatusResult(string? Status);

internal sealed record HeaderRequest(ulong Height);

internal sealed record HeaderAnswer(RpcError? Error, HeaderResult? Result);

internal sealed record HeaderResult(string? Status, BlockHeader? BlockHeader);

internal sealed record BlockHeader(string? Hash);

/// <summary>GET /getheight. Height: blocks in the chain, which is the height of the next one; hash: of the last one.</summary>
internal sealed record HeightAnswer(string? Status, [property: JsonConverter(typeof(LenientNumber))] ulong? Height, string? Hash);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 16)]
[JsonSerializable(typeof(RpcRequest<TemplateRequest>))]
[JsonSerializable(typeof(RpcRequest<string[]>))]
[JsonSerializable(typeof(RpcRequest<HeaderRequest>))]
[JsonSerializable(typeof(TemplateAnswer))]
[JsonSerializable(typeof(HeaderAnswer))]
[JsonSerializable(typeof(SubmitAnswer))]
[JsonSerializable(typeof(HeightAnswer))]
internal sealed partial class DaemonJson : JsonSerializerContext;
