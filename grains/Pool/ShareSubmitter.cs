using P2PMiner.Jobs;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Grains.Pool;

/// <summary>Hands shares in to the pool, over as many connections as it takes. Any thread.</summary>
internal sealed class ShareSubmitter(JobPublisher jobs, ServingPool serving, PoolStatistics statistics, TimeProvider clock, ILogger log)
{
    /// <summary>Shares on their way or waiting for a connection; at 1 share a second that is four minutes offline.</summary>
    private const int MaxOpenShares = 256;

    /// <summary>
    /// A share during which two connections were lost is not sent a third time: a pool that drops us because of it does not want it.
    /// </summary>
    private const int MaxHandIns = 2;

    private int _openShares;

    /// <summary>
    /// Hands a share in and awaits the pool's answer, however long that takes while the connection lives. When it ends before that, the
    /// share waits for the next one and goes out once more if its job came back; an answer "duplicate" then means that the first one had
    /// arrived. A block for a daemon goes out on each next connection until the daemon has it or the chain has gone on.
    /// </summary>
    /// <returns>
    /// Accepted, Stale (of an earlier block: never sent), OutsideLease (no share of its job can be such: never sent), Lost, or what the
    /// pool said.
    /// </returns>
    public async Task<ShareOutcome> SubmitAsync(VerifiedShare share, CancellationToken cancellation)
    {
        if (jobs.Find(share.JobSerial) is not var (job, pool))
        {
            return ShareOutcome.Stale;
        }

        if (!job.Offers(share.ExtraNonce, share.Nonce))
        {
            return ShareOutcome.OutsideLease;
        }

        if (Interlocked.Increment(ref _openShares) > MaxOpenShares)
        {
            Interlocked.Decrement(ref _openShares);
            return Lose(share, job, $"{MaxOpenShares} others wait already");
        }

        try
        {
            return await HandInAsync(share, job, pool, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _openShares);
        }
    }

    private async Task<ShareOutcome> HandInAsync(VerifiedShare share, PoolJob job, ActivePool pool, CancellationToken cancellation)
    {
        var handIns = 0;
        while (true)
        {
            // Found after the connection had ended, it is not sent yet.
            if (!pool.Connection.Jobs.Completion.IsCompleted && ++handIns > 1)
            {
                statistics.RequestRetried();
            }

            if (await TrySendAsync(share, job, pool, isAgain: handIns > 1, cancellation) is { } answer)
            {
                return answer;
            }

            if (ShareRematch.IsBoundToConnection(job))
            {
                return Lose(share, job, "its connection has ended, and no other takes it");
            }

            if (handIns == MaxHandIns && !ShareRematch.IsBlock(job))
            {
                return Lose(share, job, $"the connection ended {MaxHandIns} times while it was handed in");
            }

            if (await NextPoolAsync(job, pool, cancellation) is not { } next)
            {
                return Lose(share, job, "the session has ended");
            }

            pool = next;
            if (ShareRematch.IsBlock(job))
            {
                // Also when the chain has gone on, maybe with this very block: then the connection looks for it there, and does not send it.
                continue;
            }

            if (ShareRematch.Find(job, pool.FirstJob, share) is not { } again)
            {
                return Lose(share, job, "its job did not come back");
            }

            job = again;
            if (jobs.Current?.Parent != job.Parent)
            {
                return ShareOutcome.Stale;
            }
        }
    }

    /// <summary>Sends it over one connection. Null: that ended before it answered.</summary>
    private async Task<ShareOutcome?> TrySendAsync(VerifiedShare share, PoolJob job, ActivePool pool, bool isAgain, CancellationToken cancellation)
    {
        var sentAt = clock.GetTimestamp();
        pool.BeginHandIn();
        try
        {
            var answer = await pool.Connection.SubmitAsync(job, share, cancellation);
            var arrivedBefore = answer.Outcome == ShareOutcome.Duplicate && isAgain;
            return Count(job, arrivedBefore ? new(ShareOutcome.Accepted, null) : answer, clock.GetElapsedTime(sentAt));
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // The loop that reads its jobs reports why.
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The session ends its connection too, and which of the two comes first here is chance.
            throw new OperationCanceledException("the caller does not wait any longer", failure, cancellation);
        }
        finally
        {
            pool.EndHandIn();
        }
    }

    /// <summary>The pool that serves after the one that failed; for a block the next daemon, which is worth waiting for. Null: the session has ended.</summary>
    private async Task<ActivePool?> NextPoolAsync(PoolJob job, ActivePool failed, CancellationToken cancellation)
    {
        try
        {
            var pool = failed;
            do
            {
                pool = await serving.OtherThanAsync(pool).WaitAsync(cancellation);
            }
            while (ShareRematch.IsBlock(job) && !ShareRematch.IsBlock(pool.FirstJob));
            return pool;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private ShareOutcome Count(PoolJob job, SubmitResult answer, TimeSpan roundTrip)
    {
        var taken = answer.Outcome == ShareOutcome.Accepted;
        var (accepted, rejected) = statistics.Answered(taken, (double)job.Target.Difficulty, roundTrip);
        if (taken)
        {
            log.ShareAccepted(job, accepted, rejected, roundTrip);
        }
        else
        {
            log.ShareRejected(job, accepted, rejected, answer.Reason ?? "", roundTrip);
        }

        return answer.Outcome;
    }

    private ShareOutcome Lose(VerifiedShare share, PoolJob job, string reason)
    {
        statistics.ShareLost();
        log.ShareLost(share.Nonce, PoolText.Clean(job.JobId), reason);
        return ShareOutcome.Lost;
    }
}
