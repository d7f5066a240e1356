using P2PMiner.Jobs;

namespace P2PMiner.Grains.Pool;

/// <summary>Passes the jobs of the serving pool on to the cluster, and knows those whose shares still count. Any thread.</summary>
/// <param name="onJob">Called with one job at a time, null when there is no work until further notice. What it throws is logged.</param>
internal sealed class JobPublisher(Func<PoolJob?, ValueTask> onJob, ILogger log)
{
    private readonly SemaphoreSlim _publishing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly JobHistory _jobs = new();

    public PoolJob? Current
    {
        get { lock (_gate) return _jobs.Current; }
    }

    /// <inheritdoc cref="JobHistory.Find"/>
    public (PoolJob Job, ActivePool Pool)? Find(ulong serial)
    {
        lock (_gate)
        {
            return _jobs.Find(serial);
        }
    }

    public async Task PublishAsync(PoolJob job, ActivePool pool, CancellationToken cancellation)
    {
        await _publishing.WaitAsync(cancellation);
        try
        {
            lock (_gate)
            {
                _jobs.Add(job, pool);
            }

            log.NewJob(job);
            await PassOnAsync(job, job.Pool);
        }
        finally
        {
            _publishing.Release();
        }
    }

    /// <param name="stopped">There is a pool again.</param>
    public async Task StopMiningAsync(CancellationToken stopped)
    {
        await _publishing.WaitAsync(stopped);
        try
        {
            if (!stopped.IsCancellationRequested)
            {
                log.StopMining();
                await PassOnAsync(null, "");
            }
        }
        finally
        {
            _publishing.Release();
        }
    }

    /// <summary>A cluster that cannot take this job may take the next one; the connection is worth keeping.</summary>
    private async Task PassOnAsync(PoolJob? job, string pool)
    {
        try
        {
            await onJob(job);
        }
        catch (Exception failure)
        {
            log.JobNotPassedOn(failure, pool);
        }
    }
}
