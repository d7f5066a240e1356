namespace P2PMiner.Grains.Pool;

/// <summary>Counts down after a connection was lost, and says when mining without one should stop.</summary>
internal sealed class OfflineGrace(TimeSpan length, TimeProvider clock, Func<CancellationToken, Task> over) : IDisposable
{
    private CancellationTokenSource? _running;

    /// <summary>Does nothing while it counts already: failed attempts do not prolong it.</summary>
    public void Start()
    {
        if (_running is null)
        {
            _running = new();
            _ = CountAsync(_running.Token);
        }
    }

    /// <summary>There is work again, or nobody is left to tell.</summary>
    public void Stop()
    {
        _running?.Cancel();
        _running?.Dispose();
        _running = null;
    }

    public void Dispose() => Stop();

    private async Task CountAsync(CancellationToken stopped)
    {
        try
        {
            await Task.Delay(length, clock, stopped);
            await over(stopped);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // Work came back in time.
        }
    }
}
