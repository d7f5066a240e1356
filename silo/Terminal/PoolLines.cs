using System.Globalization;
using P2PMiner.Jobs;
using P2PMiner.Pool;

namespace P2PMiner.Silo.Terminal;

/// <summary>What the keys s and c show.</summary>
internal static class PoolLines
{
    public static IEnumerable<string> Results(PoolStatus pool, JobStatus job)
    {
        var invariant = CultureInfo.InvariantCulture;
        yield return $"results accepted {pool.Accepted} rejected {pool.Rejected} lost {pool.Lost} diff {Whole(pool.Difficulty)}";
        yield return string.Create(invariant, $"results hashes {job.HashesTotal} credited {Whole(pool.HashesCredited)}");
        var shares = job.Shares.Where(pair => pair.Value > 0).OrderBy(pair => pair.Key).Select(pair => $"{pair.Key.Text()} {pair.Value.ToString(invariant)}");
        if (string.Join(", ", shares) is { Length: > 0 } found)
        {
            yield return $"results shares found: {found}";
        }
    }

    public static IEnumerable<string> Connection(PoolStatus pool, JobStatus job)
    {
        if (pool.State == PoolState.None)
        {
            yield return "connection none: no pool is configured";
            yield break;
        }

        var address = pool.Ip is null ? "" : $" ({pool.Ip})";
        yield return $"connection {pool.Pool}{address} {pool.State.ToString().ToLowerInvariant()} for {DurationText.Of(pool.Uptime)} "
            + $"ping {(long)pool.Ping.TotalMilliseconds} ms failures {pool.Failures}";
        if (pool.Tls is not null)
        {
            yield return $"connection {pool.Tls} certificate SHA-256 {pool.TlsFingerprint}";
        }

        if (job.JobId is not null)
        {
            var height = job.Height is { } blocks ? $" height {blocks}" : "";
            yield return $"connection job {job.JobId} diff {Whole(job.Difficulty)} leases {job.ActiveLeases}{height}";
        }

        if (pool.SkippedMessages + pool.RetriedRequests + pool.RefusedRequests > 0)
        {
            yield return $"connection messages skipped {pool.SkippedMessages} requests retried {pool.RetriedRequests} requests refused {pool.RefusedRequests}";
        }

        if (pool.LastError is not null)
        {
            yield return $"connection last error: {pool.LastError}";
        }
    }

    private static string Whole(double number) => number.ToString("F0", CultureInfo.InvariantCulture);
}
