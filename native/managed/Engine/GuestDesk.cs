namespace P2PMiner.Native;

/// <summary>Takes in the work of other nodes, which a token ends instead of a generation.</summary>
internal sealed class GuestDesk(EngineState state, HashThreads threads)
{
    /// <param name="end">The task that the work completes.</param>
    public void Take(IQueuedWork work, Task end, CancellationToken cancellation)
    {
        lock (state.Gate)
        {
            if (cancellation.IsCancellationRequested || !state.MayServeGuest(work))
            {
                work.GiveBack();
                return;
            }

            threads.StartGuests();
            state.AddGuest(work);
        }

        // Outside the lock, because a token that is cancelled already calls back here.
        var registration = cancellation.UnsafeRegister(_ => End(work), null);
        _ = end.ContinueWith(
            _ => registration.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void End(IQueuedWork work)
    {
        lock (state.Gate)
        {
            state.Guests.End(other => other == work);
        }
    }
}
