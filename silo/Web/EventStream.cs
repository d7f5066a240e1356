namespace P2PMiner.Silo.Web;

/// <summary>
/// Server-sent events, one each two seconds, for as long as somebody listens. A stream ends after an hour, so that a login that has run out does not live on
/// in it; browsers then call again by themselves.
/// </summary>
internal sealed class EventStream(IHostApplicationLifetime application, TimeProvider clock)
{
    /// <summary>The web server takes 256 connections; the others stay for requests.</summary>
    public const int MostListeners = 64;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private int _listeners;

    /// <param name="read">Makes the next event, its data on one line; null: there is nothing new.</param>
    public async Task ServeAsync(HttpContext context, Func<Task<(string Name, string Data)?>> read)
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
            await SendAsync(context.Response, read, end.Token);
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

    private async Task SendAsync(HttpResponse response, Func<Task<(string Name, string Data)?>> read, CancellationToken end)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var began = clock.GetTimestamp();
        do
        {
            // A comment in its place shows whether the listener is still there.
            await response.WriteAsync(await read() is var (name, data) ? $"event: {name}\ndata: {data}\n\n" : ":\n\n", end);
            await response.Body.FlushAsync(end);
        }
        while (clock.GetElapsedTime(began) < Longest && await timer.WaitForNextTickAsync(end));
    }
}
