using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Pools.Practice;

/// <summary>
/// Miners of GhostRider, in Stratum v1: their subscriptions, jobs and shares. Members are called by connections and take the pool's lock;
/// those marked "under the lock" are called by its holder.
/// </summary>
/// <param name="number">Gives the next extra nonce; no two miners have the same.</param>
internal sealed class PracticeV1Miners(
    Lock gate, PracticeChain chain, PracticeBooks books, Func<uint> number, IHashEngine engine, PracticePoolOptions options, TimeProvider clock, ILogger log)
{
    private readonly HashSet<PracticeConnection> _subscribed = [];

    /// <summary>
    /// Gives another extranonce1, and a job with it, to every Stratum v1 miner that asked to be told. Jobs already sent keep theirs.
    /// </summary>
    public void RenewExtraNonces()
    {
        lock (gate)
        {
            foreach (var (connection, miner) in Authorized().Where(pair => pair.Miner.TakesExtraNonces).ToArray())
            {
                miner.RenewExtraNonce(number());
                connection.Send(PracticeV1Replies.SetExtraNonce(miner, options.ExtraNonce2Bytes));
                SendJob(connection, miner, clean: false);
            }
        }
    }

    public void Subscribe(PracticeConnection from, PracticeRequest request)
    {
        lock (gate)
        {
            if (from.Miner is not null || from.V1 is not null)
            {
                books.Refuse(from, request.Id, PracticeRefusal.AlreadyLoggedIn);
                return;
            }

            from.V1 = new(number(), options, clock);
            _subscribed.Add(from);
            from.Send(PracticeV1Replies.Subscribed(request.Id, from.SessionId, from.V1, options.ExtraNonce2Bytes));
            if (options.EarlyNotify)
            {
                SendJob(from, from.V1, clean: true);
            }
        }
    }

    public void Authorize(PracticeConnection from, PracticeRequest request)
    {
        lock (gate)
        {
            var isFirst = from.V1 is { IsAuthorized: false };
            var refusal = from.V1 is null ? PracticeRefusal.NotSubscribed
                : !from.V1.Authorize(request.Texts().ElementAtOrDefault(0)) ? PracticeRefusal.Malformed
                : (PracticeRefusal?)null;
            if (refusal is not null)
            {
                books.Refuse(from, request.Id, refusal.Value);
                return;
            }

            from.Send(PracticeV1Replies.Yes(request.Id));
            if (isFirst)
            {
                log.V1LoggedIn(from.Remote, from.V1!.Difficulty.Current, Convert.ToHexStringLower(from.V1.ExtraNonce1));
                from.V1.Difficulty.Restart();
                if (!options.EarlyNotify)
                {
                    SendJob(from, from.V1, clean: true);
                }
            }
        }
    }

    public void SubscribeExtraNonce(PracticeConnection from, PracticeRequest request)
    {
        lock (gate)
        {
            if (from.V1 is null)
            {
                books.Refuse(from, request.Id, PracticeRefusal.NotSubscribed);
                return;
            }

            from.V1.TakesExtraNonces = true;
            from.Send(PracticeV1Replies.Yes(request.Id));
        }
    }

    public async ValueTask SubmitAsync(PracticeConnection from, PracticeRequest request, CancellationToken ended)
    {
        CheckedV1Share share = default;
        PracticeV1Miner? miner;
        lock (gate)
        {
            miner = from.V1;
            var refusal = miner is null ? PracticeRefusal.NotSubscribed : miner.Check(request.Texts(), chain.Work.Block, out share);
            if (refusal is not null)
            {
                books.Refuse(from, request.Id, refusal.Value);
                return;
            }
        }

        PracticeRefusal? verdict;
        try
        {
            var hash = await engine.HashAsync(Algorithm.GhostRider, Seed.None, share.Header, ended);
            verdict = share.Job.Target.IsMetBy(hash) ? null : PracticeRefusal.LowDifficulty;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ended.IsCancellationRequested)
        {
            log.VerificationFailed(e);
            verdict = PracticeRefusal.Unverifiable;
        }

        lock (gate)
        {
            if (verdict is not null)
            {
                miner!.GiveBack(share);
                books.Refuse(from, request.Id, verdict.Value);
                return;
            }

            books.Accept(from, miner!.Difficulty, new(share.Job.Id, share.BlobHex, share.Nonce, share.Job.Block.Height, share.Job.Difficulty));
            from.Send(PracticeV1Replies.Yes(request.Id));
            Retarget(from, miner);
        }
    }

    /// <summary>A job of the current work for all of them. Under the lock.</summary>
    /// <param name="clean">Earlier jobs no longer count.</param>
    public void SendJobs(bool clean)
    {
        foreach (var (connection, miner) in Authorized())
        {
            SendJob(connection, miner, clean);
        }
    }

    /// <summary>Changes difficulties where due. Under the lock.</summary>
    public void Tick()
    {
        foreach (var (connection, miner) in Authorized())
        {
            Retarget(connection, miner);
        }
    }

    /// <summary>The connection is over, and its miner with it. Under the lock.</summary>
    public void Forget(PracticeConnection connection) => _subscribed.Remove(connection);

    private IEnumerable<(PracticeConnection Connection, PracticeV1Miner Miner)> Authorized() =>
        _subscribed.Where(connection => connection.V1 is { IsAuthorized: true }).Select(connection => (connection, connection.V1!));

    private void Retarget(PracticeConnection connection, PracticeV1Miner miner)
    {
        var changed = miner.Difficulty.Retarget();
        if (options.DifficultyChangeInterval > TimeSpan.Zero && clock.GetElapsedTime(miner.SwungAt) >= options.DifficultyChangeInterval)
        {
            (miner.Swung, miner.SwungAt) = (!miner.Swung, clock.GetTimestamp());
            changed |= miner.Difficulty.Set(miner.Swung ? miner.Difficulty.Current * 2 : miner.Difficulty.Current / 2);
        }

        if (changed)
        {
            log.Retargeted(connection.Remote, miner.Difficulty.Current);
            SendJob(connection, miner, clean: false);
        }
    }

    private void SendJob(PracticeConnection connection, PracticeV1Miner miner, bool clean)
    {
        if (miner.Told != miner.Difficulty.Current)
        {
            miner.Told = miner.Difficulty.Current;
            connection.Send(PracticeV1Replies.SetDifficulty(miner.Told));
        }

        connection.Send(PracticeV1Replies.Notify(miner.JobFor(chain.Work), clean));
    }
}
