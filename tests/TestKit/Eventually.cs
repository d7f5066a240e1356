namespace P2PMiner.TestKit;

/// <summary>For what another thread does soon: asks until it is so, and names it when it never is.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition, string what, TimeSpan? patience = null)
    {
        using var deadline = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(20));
        while (!condition())
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"did not come true: {what}");
            }

            await Task.Delay(10);
        }
    }
}
