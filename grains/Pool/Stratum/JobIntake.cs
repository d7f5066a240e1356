using Microsoft.Extensions.Logging;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Pool.Stratum;

/// <summary>What every dialect does with the good jobs of a connection: numbers them and ignores those that come again unchanged.</summary>
internal sealed class JobIntake(StratumWire wire, PoolEndpoint endpoint, Func<ulong> nextSerial, ILogger log)
{
    private PoolJob? _last;
    private bool _repeatLogged;

    /// <summary>It is the one that was taken last.</summary>
    public bool IsRepeated(PoolJob job) => _last is { } last && last.JobId == job.JobId && last.Target == job.Target && last.Seed == job.Seed
        && last.Blob.AsSpan().SequenceEqual(job.Blob.AsSpan());

    public void Take(PoolJob job)
    {
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
}
