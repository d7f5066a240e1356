namespace P2PMiner.TestKit;

/// <summary>Bounds waits on real sockets and threads. Passing tests never come near it.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task<T> Within<T>(Task<T> task, string step)
    {
        await Within((Task)task, step);
        return await task;
    }

    public static async Task Within(Task task, string step)
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"did not come within {Limit.TotalSeconds:0} s: {step}");
        }
    }
}
