namespace P2PMiner.Grains.Pool;

/// <summary>Counts down after a connection was lost, and says when mining without one should stop.</summary>
internal sealed class OfflineGrace(TimeSpan length, TimeProvider clock, Func<CancellationToken, Task> over) : IDisposable
{
    private CancellationTokenSource? _running;

    /// <summary>Does nothing while it counts already: failed attempts do not prolong it.</summary>
    /// <param name="worthless">Shares found without the connection cannot be handed in later: there is nothing to wait for.</param>
    public void Start(bool worthless = false)
    {
        if (_running is null)
        {
            _running = new();
            _ = CountAsync(worthless ? TimeSpan.Zero : length, _running.Token);
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

    private async Task CountAsync(TimeSpan wait, CancellationToken stopped)
    {
        try
        {
            await Task.Delay(wait, clock, stopped);
            await over(stopped);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // Work came back in time.
        }
    }
}
