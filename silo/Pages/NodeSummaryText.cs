using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Pages;

/// <summary>This node for scripts: what the keys h, s and c show.</summary>
internal static class NodeSummaryText
{
    public static async Task<IResult> OfAsync(IMinerConsoleSource source)
    {
        try
        {
            var (pool, job) = (await source.GetPoolAsync(), await source.GetJobAsync());
            var lines = SpeedLine.FormatThreads(source.GetEngine()).Concat(PoolLines.Results(pool, job)).Concat(PoolLines.Connection(pool, job));
            return Results.Text(string.Join('\n', lines) + "\n");
        }
        catch (Exception error) when (Api.ApiReader.IsSilence(error))
        {
            return Results.Text($"no session yet: {OutsideText.Clean(error.Message)}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
