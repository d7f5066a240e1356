using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using P2PMiner.History;
using P2PMiner.Silo.History;
using P2PMiner.Silo.Terminal;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Api;

/// <summary>What programs read of a node and its cluster, on the port of the web and behind its gate.</summary>
internal static class ApiExtensions
{
    /// <summary>Needs <see cref="IMinerConsoleSource"/>, <see cref="IApiSource"/> and a clock.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services) => services.AddSingleton<ApiReader>().AddSingleton<ClusterStream>();

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var access = new WebAccess(routes.ServiceProvider.GetRequiredService<IOptions<WebOptions>>().Value.ReadOnly);
        routes.MapMiner(access);
        routes.MapProxy(access);
        routes.MapMetrics();
        routes.MapOwn();
        routes.MapHistory();
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

    private static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapGet("/metrics", async (ApiReader reader, IApiSource source) =>
    {
        // The master alone tells of the cluster.
        var mastership = source.GetCluster();
        var cluster = mastership.Master?.IsSelf == true ? await ApiReader.OrNullAsync(reader.ReadClusterAsync) : null;
        return Results.Text($"{Metrics.Of(await reader.ReadNodeAsync(), source, mastership, cluster)}", PrometheusText.ContentType);
    });

    private static void MapOwn(this IEndpointRouteBuilder routes)
    {
        foreach (var (name, form) in new (string, Func<ClusterView, JsonObject>)[]
            { ("cluster", ClusterJson.Cluster), ("nodes", ClusterJson.Nodes), ("pools", ClusterJson.Pools) })
        {
            routes.MapGet($"/api/v1/{name}", (ApiReader reader) => OfClusterAsync(reader, cluster => ApiJson.Answer(form(cluster))));
        }

        routes.MapGet("/api/v1/stream", (HttpContext context, ClusterStream stream) => stream.ServeAsync(context));
    }

    private static void MapHistory(this IEndpointRouteBuilder routes)
    {
        Map("history", async (history, asked) => ApiJson.Answer(HistoryForms.Samples(asked, await ReadAsync(history, asked))));
        Map("history.csv", async (history, asked) => Results.File(
            Encoding.UTF8.GetBytes(HistoryForms.Table(await ReadAsync(history, asked))), "text/csv; charset=utf-8",
            $"p2p-miner-{asked.Node?.Short ?? "cluster"}.csv"));
        Map("events", async (history, asked)
            => ApiJson.Answer(HistoryForms.Events(asked, await history.ReadEventsAsync(asked.From, asked.To, asked.Node, asked.Most))));

        void Map(string name, Func<IHistory, HistoryQuery, Task<IResult>> answer)
            => routes.MapGet($"/api/v1/{name}", async (HttpRequest request, IHistory history, TimeProvider clock)
                => HistoryQuery.TryRead(request.Query, clock.GetUtcNow(), out var asked, out var fault)
                    ? await answer(history, asked) : ApiError.Of(StatusCodes.Status400BadRequest, fault));

        static Task<IReadOnlyList<HistorySample>> ReadAsync(IHistory history, HistoryQuery asked)
            => history.ReadAsync(asked.Node, asked.From, asked.To, asked.Step);
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
