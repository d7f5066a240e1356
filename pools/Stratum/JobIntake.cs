using P2PMiner.Jobs;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Stratum;

/// <summary>
/// What every dialect does with the good jobs of a connection: ignores those that come again unchanged, and passes the others on with a number. Each job
/// passed on makes the whole cluster change its work, so if a pool sends many a second, only the newest of each second is passed on.
/// </summary>
internal sealed class JobIntake(StratumWire wire, PoolEndpoint endpoint, Func<ulong> nextSerial, PoolStatistics statistics, TimeProvider clock, ILogger log)
{
    /// <summary>Far more than a pool has a reason to send at once: a new block, another difficulty, another extra nonce.</summary>
    private const int JobsAtOnce = 8;

    private readonly Lock _gate = new();
    private readonly Allowance _allowance = new(JobsAtOnce, clock);
    private readonly LogLimit _limit = new(clock, lines: 3, TimeSpan.FromMinutes(1));
    private PoolJob? _last;
    private PoolJob? _held;
    private bool _repeatLogged;

    /// <summary>It is the job that was taken last.</summary>
    public bool IsRepeated(PoolJob job) => _last is { } last && last.JobId == job.JobId && last.Target == job.Target && last.Seed == job.Seed
        && last.Blob.AsSpan().SequenceEqual(job.Blob.AsSpan());

    /// <summary>Called by the one task that reads.</summary>
    public void Take(PoolJob job)
    {
        if (IsRepeated(job))
        {
            if (!_repeatLogged && _limit.Allows(out var leftOut))
            {
                log.JobRepeated(endpoint.Url.Authority, PoolText.Clean(job.JobId), leftOut);
            }

            _repeatLogged = true;
            return;
        }

        (_last, _repeatLogged) = (job, false);
        lock (_gate)
        {
            if (_held is not null)
            {
                Overtaken();
            }

            _held = job;
            PassOn();
        }
    }

    /// <summary>Called once a second.</summary>
    public void EverySecond()
    {
        lock (_gate)
        {
            PassOn();
        }
    }

    private void PassOn()
    {
        if (_held is { } job && _allowance.TryTake())
        {
            _held = null;
            wire.Publish(job with { Serial = nextSerial() });
        }
    }

    private void Overtaken()
    {
        statistics.MessageSkipped();
        if (_limit.Allows(out var leftOut))
        {
            log.JobsTooFast(endpoint.Url.Authority, leftOut);
        }
    }
}
