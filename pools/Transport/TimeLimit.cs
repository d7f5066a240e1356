namespace P2PMiner.Pools.Transport;

/// <summary>A time limit for one step of a connection.</summary>
internal static class TimeLimit
{
    /// <exception cref="TimeoutException">The step took longer: "no STEP within N s".</exception>
    public static async Task<T> WithinAsync<T>(
        this TimeProvider clock, TimeSpan limit, string step, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            return await work(both.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no {step} within {limit.TotalSeconds:0.#} s");
        }
    }
}
