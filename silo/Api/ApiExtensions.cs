using Microsoft.Extensions.Options;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Api;

/// <summary>What programs read of a node and its cluster, on the port of the web and behind its gate.</summary>
internal static class ApiExtensions
{
    /// <summary>Needs <see cref="IMinerConsoleSource"/>, <see cref="IApiSource"/> and a clock.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services) => services.AddSingleton<ApiReader>();

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var access = new WebAccess(routes.ServiceProvider.GetRequiredService<IOptions<WebOptions>>().Value.ReadOnly);
        routes.MapMiner(access);
        routes.MapProxy(access);
    }

    /// <summary>This node, as XMRig tells of itself.</summary>
    private static void MapMiner(this IEndpointRouteBuilder routes, WebAccess access)
    {
        foreach (var (path, isFirst) in new[] { ("/1/summary", true), ("/2/summary", false), ("/api.json", true) })
        {
            routes.MapGet(path, async (ApiReader reader) =>
                ApiJson.Answer(MinerSummary.Of(await reader.ReadNodeAsync(), MachineFacts.Read(), access, isFirst)));
        }

        routes.MapGet("/2/backends", async (ApiReader reader) => ApiJson.Answer(MinerSummary.Backends(await reader.ReadNodeAsync())));
        routes.MapGet("/mmpos", async (ApiReader reader) => ApiJson.Answer(MmpOs.Of(await reader.ReadNodeAsync())));
        routes.MapPost("/json_rpc", async (HttpRequest request, IMinerConsoleSource miner) =>
            ApiJson.Answer(await JsonRpc.AnswerAsync(request.Body, miner, request.HttpContext.RequestAborted)));

        // XMRig's own answers to paths that it has and this does not.
        routes.MapGet("/json_rpc", () => ApiError.Of(StatusCodes.Status404NotFound));
        foreach (var path in new[] { "/1/config", "/2/config" })
        {
            routes.MapGet(path, () => ApiError.Of(access.IsReadOnly ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound));
        }
    }

    /// <summary>The cluster, as xmrig-proxy tells of itself.</summary>
    private static void MapProxy(this IEndpointRouteBuilder routes, WebAccess access)
    {
        routes.MapGet("/cluster/1/summary", (ApiReader reader, IApiSource source) => OfClusterAsync(
            reader, cluster => ApiJson.Answer(ProxySummary.Of(cluster, source.Capabilities.HostName, MachineFacts.Read(), access))));
        foreach (var path in new[] { "/1/workers", "/cluster/1/workers" })
        {
            routes.MapGet(path, (ApiReader reader) => OfClusterAsync(reader, cluster => ApiJson.Answer(ProxySummary.Workers(cluster))));
        }
    }

    private static async Task<IResult> OfClusterAsync(ApiReader reader, Func<ClusterView, IResult> answer)
    {
        try
        {
            return answer(await reader.ReadClusterAsync());
        }
        catch (Exception error) when (ApiReader.IsSilence(error))
        {
            return ApiError.Of(StatusCodes.Status503ServiceUnavailable, $"no session yet: {OutsideText.Clean(error.Message)}");
        }
    }
}
