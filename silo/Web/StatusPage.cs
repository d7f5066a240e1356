using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Web;

/// <summary>GET /: the cluster as a page for browsers; for scripts, in plain text, what the keys h, s and c show about this node.</summary>
internal static class StatusPage
{
    public static void MapStatusPage(this IEndpointRouteBuilder routes)
        => routes.MapGet("/", async (HttpRequest request, IMinerConsoleSource source) =>
        {
            request.HttpContext.Response.Headers.Vary = "Accept";
            var html = WebHeaders.WantsHtml(request);
            try
            {
                var (pool, job) = (await source.GetPoolAsync(), await source.GetJobAsync());
                return html ? ClusterPage.Of(pool, job, await NodesAsync(source, job)) : Text(source, pool, job);
            }
            catch (Exception error) when (error is InvalidOperationException or OrleansException or TimeoutException)
            {
                var reason = OutsideText.Clean(error.Message);
                return html ? ClusterPage.OfNone(reason)
                    : Results.Text($"no session yet: {reason}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });

    private static IResult Text(IMinerConsoleSource source, PoolStatus pool, JobStatus job)
    {
        var lines = SpeedLine.FormatThreads(source.GetEngine()).Concat(PoolLines.Results(pool, job)).Concat(PoolLines.Connection(pool, job));
        return Results.Text(string.Join('\n', lines) + "\n");
    }

    private static async Task<IReadOnlyList<(NodeWork, PeerStatus?)>> NodesAsync(IMinerConsoleSource source, JobStatus job)
        => await Task.WhenAll(job.Nodes.Select(async work => (work, work.Gone ? null : await source.GetPeerAsync(work.Node))));
}
