using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Stratum;

/// <summary>
/// What a connection does with messages that it cannot use: counts them for the owner, logs some of them, and ends if nothing else comes.
/// Called by the one task that reads.
/// </summary>
internal sealed class UnusableMessages(PoolEndpoint endpoint, PoolStatistics statistics, TimeProvider clock, ILogger log)
{
    /// <summary>A server that sends nothing else is not a pool.</summary>
    private const int MaxInARow = 16;

    private readonly LogLimit _limit = new(clock, lines: 8, TimeSpan.FromMinutes(1));
    private readonly string _pool = endpoint.Url.Authority;
    private int _lines;
    private int _jobs;

    public void LineIsGood() => _lines = 0;

    public void JobIsGood() => _jobs = 0;

    /// <summary>A line, or what follows the messages in it.</summary>
    /// <param name="text">Not cleaned.</param>
    /// <exception cref="PoolProtocolException">It was one too many.</exception>
    public void Line(string text)
    {
        statistics.MessageSkipped();
        var error = $"not a JSON object: {PoolText.Clean(text, endpoint.Entry)}";
        if (_limit.Allows(out var leftOut))
        {
            log.LineSkipped(_pool, error, leftOut);
        }

        End(++_lines, "lines", error);
    }

    /// <param name="error">Cleaned.</param>
    /// <exception cref="PoolProtocolException">It was one too many.</exception>
    public void Job(string error)
    {
        statistics.MessageSkipped();
        if (_limit.Allows(out var leftOut))
        {
            log.JobIgnored(_pool, error, leftOut);
        }

        End(++_jobs, "jobs", error);
    }

    /// <summary>As <see cref="Job"/>, for messages that belong to a job, such as its difficulty.</summary>
    public void PartOfJob(string error)
    {
        statistics.MessageSkipped();
        if (_limit.Allows(out var leftOut))
        {
            log.MessageIgnored(_pool, error, leftOut);
        }

        End(++_jobs, "jobs", error);
    }

    private static void End(int inARow, string what, string error)
    {
        if (inARow == MaxInARow)
        {
            throw new PoolProtocolException($"{MaxInARow} bad {what} in a row, the last with {error}");
        }
    }
}
