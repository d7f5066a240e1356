namespace P2PMiner.TestKit;

/// <summary>
/// The one way to wait for what other threads, sockets and processes do soon: a condition that comes true, or a task that ends. Says what did not come.
/// </summary>
internal static class Eventually
{
    /// <summary>Where a test says nothing else. Only a machine that has far too much to do comes near it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks until it is so.</summary>
    /// <param name="found">What there is instead, for the message.</param>
    public static Task HoldsAsync(Func<bool> condition, string what, TimeSpan? patience = null, Func<string>? found = null)
        => HoldsAsync(() => Task.FromResult(condition()), what, patience, found);

    /// <inheritdoc cref="HoldsAsync(Func{bool}, string, TimeSpan?, Func{string}?)"/>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null, Func<string>? found = null)
    {
        var limit = patience ?? Patience;
        var begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > limit)
            {
                throw new TimeoutException($"did not come true within {limit.TotalSeconds:0} s: {what}{(found is null ? "" : $"; there is:\n{found()}")}");
            }

            // What takes long is asked less often: a question may be a look through all lines of a log.
            await Task.Delay(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(1) ? 10 : 50);
        }
    }

    public static async Task<T> ComesAsync<T>(Task<T> task, string what, TimeSpan? patience = null)
    {
        await ComesAsync((Task)task, what, patience);
        return await task;
    }

    public static async Task ComesAsync(Task task, string what, TimeSpan? patience = null)
    {
        var limit = patience ?? Patience;
        try
        {
            await task.WaitAsync(limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"did not come within {limit.TotalSeconds:0} s: {what}");
        }
    }
}
