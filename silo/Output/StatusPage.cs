using P2PMiner.Jobs;
using P2PMiner.Pool;

namespace P2PMiner.Silo.Output;

/// <summary>GET / in plain text: speed, results and connection, as the keys h, s and c show them.</summary>
internal static class StatusPage
{
    public static void MapStatusPage(this IEndpointRouteBuilder routes)
        => routes.MapGet("/", async (IMinerConsoleSource source) =>
        {
            PoolStatus pool;
            JobStatus job;
            try
            {
                (pool, job) = (await source.GetPoolAsync(), await source.GetJobAsync());
            }
            catch (Exception error) when (error is InvalidOperationException or OrleansException or TimeoutException)
            {
                return Results.Text($"no session yet: {error.Message}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
            }

            var lines = SpeedLine.FormatThreads(source.GetEngine()).Concat(PoolLines.Results(pool, job)).Concat(PoolLines.Connection(pool, job));
            return Results.Text(string.Join('\n', lines) + "\n");
        });
}
