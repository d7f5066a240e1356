using Microsoft.Extensions.Time.Testing;

namespace P2PMiner.TestKit;

internal static class FakeTime
{
    /// <summary>
    /// Lets fake time pass in steps until the task completes. What waits may arm its timer a moment after the test looks, so one big step could be
    /// missed; the fake time spent is therefore only a lower bound.
    /// </summary>
    public static async Task<T> AdvanceUntilAsync<T>(this FakeTimeProvider clock, Task<T> task, string step, TimeSpan? each = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            clock.Advance(each ?? TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(task, Task.Delay(1));
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException($"did not come, however much fake time passed: {step}");
            }
        }

        return await task;
    }
}
