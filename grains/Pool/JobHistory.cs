using P2PMiner.Jobs;

namespace P2PMiner.Grains.Pool;

/// <summary>The current job and those before it that build on the same block: shares of these still count. Not thread-safe.</summary>
internal sealed class JobHistory
{
    private const int MaxJobs = 64;

    private readonly Queue<(PoolJob Job, ActivePool Pool)> _jobs = new();

    public PoolJob? Current { get; private set; }

    public void Add(PoolJob job, ActivePool pool)
    {
        if (Current?.Parent != job.Parent)
        {
            _jobs.Clear();
        }
        else if (_jobs.Count == MaxJobs)
        {
            _jobs.Dequeue();
        }

        Current = job;
        _jobs.Enqueue((job, pool));
    }

    /// <summary>Null: unknown, too old, or of an earlier block.</summary>
    public (PoolJob Job, ActivePool Pool)? Find(ulong serial)
    {
        foreach (var known in _jobs)
        {
            if (known.Job.Serial == serial)
            {
                return known;
            }
        }

        return null;
    }
}
