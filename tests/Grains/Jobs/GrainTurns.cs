namespace P2PMiner.Grains.Tests.Jobs;

/// <summary>Runs calls as a reentrant grain does: they take turns at their awaits, and no two run at the same moment.</summary>
internal sealed class GrainTurns
{
    private readonly TaskScheduler _scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

    public Task RunAsync(Func<Task> call) => Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.None, _scheduler).Unwrap();

    public Task<T> RunAsync<T>(Func<Task<T>> call) => Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.None, _scheduler).Unwrap();
}
