using Microsoft.Extensions.Logging;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Pool.Stratum;

/// <summary>What every dialect does with the jobs of a connection: numbers them, ignores bad ones within reason, and those that come again unchanged.</summary>
internal sealed class JobIntake(StratumWire wire, PoolEndpoint endpoint, Func<ulong> nextSerial, PoolStatistics statistics, ILogger log)
{
    /// <summary>Each ignored job costs a line in the log; a pool that sends nothing else is no pool.</summary>
    private const int MaxBadJobsInARow = 16;

    private PoolJob? _last;
    private int _bad;
    private bool _repeatLogged;

    /// <summary>It is the one that was taken last.</summary>
    public bool IsRepeated(PoolJob job) => _last is { } last && last.JobId == job.JobId && last.Target == job.Target && last.Seed == job.Seed
        && last.Blob.AsSpan().SequenceEqual(job.Blob.AsSpan());

    public void Take(PoolJob job)
    {
        _bad = 0;
        if (IsRepeated(job))
        {
            if (!_repeatLogged)
            {
                _repeatLogged = true;
                log.JobRepeated(endpoint.Url.Authority, PoolText.Clean(job.JobId));
            }

            return;
        }

        (_last, _repeatLogged) = (job, false);
        wire.Publish(job with { Serial = nextSerial() });
    }

    /// <exception cref="PoolProtocolException">It was one too many.</exception>
    public void Ignore(string error)
    {
        log.JobIgnored(endpoint.Url.Authority, error);
        CountBad(error);
    }

    /// <summary>As <see cref="Ignore"/>, for what is no job but belongs to one, such as its difficulty.</summary>
    public void IgnoreMessage(string error)
    {
        log.MessageIgnored(endpoint.Url.Authority, error);
        CountBad(error);
    }

    private void CountBad(string error)
    {
        statistics.MessageSkipped();
        if (++_bad == MaxBadJobsInARow)
        {
            throw new PoolProtocolException($"{MaxBadJobsInARow} bad jobs in a row, the last with {error}");
        }
    }
}
