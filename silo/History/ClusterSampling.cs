using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Pool;

namespace P2PMiner.Silo.History;

/// <summary>
/// Makes the samples of the cluster where this node is master. The counters are those of its own session: what an earlier master counted is in that one's
/// samples, so that a change of master counts nothing twice. One caller at a time.
/// </summary>
internal sealed class ClusterSampling
{
    private readonly Growth<ulong> _hashes = new();
    private readonly Growth<double> _credited = new();
    private readonly ShareGrowth _shares = new();
    private readonly MeanOf _rate = new();
    private readonly MeanOf _latency = new();
    private TimeSpan _observed;
    private JobStatus? _job;
    private PoolStatus? _pool;

    /// <summary>Several times a minute while this node is master.</summary>
    /// <param name="time">Since the last look, or since this node has been master.</param>
    public void Look(JobStatus job, PoolStatus pool, TimeSpan time)
    {
        (_job, _pool) = (job, pool);
        _rate.Add(job.Nodes.Where(node => node is { Gone: false, TakesWork: true }).Sum(node => node.Rate.PerSecond));
        _latency.Add(pool.Ping > TimeSpan.Zero ? pool.Ping.TotalMilliseconds : null);
        _observed += time;
    }

    /// <returns>The sample of the minute that is over; null: this node was not master in it, or could not see.</returns>
    public HistorySample? Close(long start)
    {
        var (rate, latency, observed) = (_rate.Take(), _latency.Take(), _observed);
        _observed = TimeSpan.Zero;
        if (rate is not { } mean || _job is not { } job || _pool is not { } pool)
        {
            return null;
        }

        return new()
        {
            UnixSeconds = start,
            ObservedSeconds = (int)Math.Clamp(Math.Round(observed.TotalSeconds), 1, HistoryStep.Minute.Seconds()),
            Rate = new(mean),
            Hashes = (long)Math.Min(_hashes.Of(job.HashesTotal), HistorySample.MostCounted),
            Shares = _shares.Of(outcome => job.Shares.GetValueOrDefault(outcome)),
            Difficulty = job.Difficulty,
            Latency = latency is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
            Pool = pool.State == PoolState.Connected ? pool.Pool : null,
            Nodes = job.Nodes.Count(node => !node.Gone),
            Credited = _credited.Of(pool.HashesCredited),
        };
    }
}
