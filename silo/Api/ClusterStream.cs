using System.Text.Json.Nodes;
using P2PMiner.Silo.Web;

namespace P2PMiner.Silo.Api;

/// <summary>
/// Server-sent events: the cluster each two seconds, for as long as somebody listens. All who listen share one reading. A stream ends after an hour, so
/// that a ticket that has run out does not live on in it; browsers then call again by themselves.
/// </summary>
internal sealed class ClusterStream(ApiReader reader, IHostApplicationLifetime application, TimeProvider clock)
{
    /// <summary>The web server takes 256 connections; the others stay for requests.</summary>
    public const int MostListeners = 64;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private int _listeners;

    public async Task ServeAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _listeners) > MostListeners)
        {
            Interlocked.Decrement(ref _listeners);
            await ApiError.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, $"{MostListeners} listen already");
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, application.ApplicationStopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            await SendAsync(context.Response, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The listener has gone, or the silo ends.
        }
        finally
        {
            Interlocked.Decrement(ref _listeners);
        }
    }

    private async Task SendAsync(HttpResponse response, CancellationToken end)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var began = clock.GetTimestamp();
        do
        {
            var (name, data) = await ReadAsync();
            await response.WriteAsync($"event: {name}\ndata: {ApiJson.OneLine(data)}\n\n", end);
            await response.Body.FlushAsync(end);
        }
        while (clock.GetElapsedTime(began) < Longest && await timer.WaitForNextTickAsync(end));
    }

    private async Task<(string Name, JsonObject Data)> ReadAsync()
    {
        try
        {
            return ("cluster", ClusterJson.Cluster(await reader.ReadClusterAsync()));
        }
        catch (Exception error) when (ApiReader.IsSilence(error))
        {
            return ("silence", new() { ["time"] = clock.GetUtcNow().ToUnixTimeMilliseconds(), ["error"] = OutsideText.Clean(error.Message) });
        }
    }
}
