using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Pools.Practice;

/// <summary>
/// Miners of RandomX, in Monero's Stratum: their logins, jobs and shares. Members are called by connections and take the pool's lock; those
/// marked "under the lock" are called by its holder.
/// </summary>
/// <param name="number">Gives the next extra nonce; no two miners have the same.</param>
internal sealed class PracticeMiners(
    Lock gate, PracticeChain chain, PracticeBooks books, Func<uint> number, IHashEngine engine, PracticePoolOptions options, TimeProvider clock, ILogger log)
{
    // Miners that are away, so that logins under ever new names cannot fill the memory within the resume time.
    private const int MaxMinersAway = 10_000;

    private readonly List<PracticeMiner> _miners = [];

    public void Login(PracticeConnection from, PracticeRequest request)
    {
        lock (gate)
        {
            if (from.Miner is not null || from.V1 is not null)
            {
                books.Refuse(from, request.Id, PracticeRefusal.AlreadyLoggedIn);
                return;
            }

            if (request.Login() is not { } login)
            {
                books.Refuse(from, request.Id, PracticeRefusal.Malformed);
                return;
            }

            if (AlgorithmFor(login) is not { } algorithm)
            {
                books.Refuse(from, request.Id, PracticeRefusal.UnsupportedAlgorithm);
                return;
            }

            var returned = FindReturning(login);
            var miner = returned ?? NewMiner(login);
            miner.Connection = from;
            miner.Algorithm = algorithm;
            miner.Difficulty.Restart();
            (from.Miner, from.WithAlgo) = (miner, login.Algo is { Length: > 0 });
            log.LoggedIn(from.Remote, algorithm.WireName(), miner.Difficulty.Current, miner.ExtraNonce, returned is null ? "" : ", as before its connection ended");
            from.Send(PracticeReplies.LoggedIn(request.Id, from.SessionId, miner.JobFor(chain.Work), from.WithAlgo, options.NiceHash));
        }
    }

    public async ValueTask SubmitAsync(PracticeConnection from, PracticeRequest request, CancellationToken ended)
    {
        CheckedShare share = default;
        PracticeMiner? miner;
        var submit = request.Submit();
        lock (gate)
        {
            miner = from.Miner;
            var refusal = submit is null ? PracticeRefusal.Malformed
                : miner is null || submit.Id != from.SessionId ? PracticeRefusal.Unauthenticated
                : miner.Check(submit, chain.Work.Block, out share);
            if (refusal is not null)
            {
                books.Refuse(from, request.Id, refusal.Value);
                return;
            }
        }

        PracticeRefusal? verdict;
        try
        {
            var hash = await engine.HashAsync(share.Job.Algorithm, share.Job.Block.Seed, share.Input(), ended);
            verdict = hash == share.Claimed ? null : PracticeRefusal.WrongHash;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ended.IsCancellationRequested)
        {
            log.VerificationFailed(e);
            verdict = PracticeRefusal.Unverifiable;
        }
        catch (OperationCanceledException)
        {
            // The connection ended meanwhile: the miner did not hear of it and may hand it in again.
            lock (gate)
            {
                miner!.GiveBack(share);
            }

            throw;
        }

        lock (gate)
        {
            if (verdict is not null)
            {
                miner!.GiveBack(share);
                books.Refuse(from, request.Id, verdict.Value);
                return;
            }

            var difficulty = (double)share.Job.Target.Difficulty;
            books.Accept(from, miner!.Difficulty, new(share.Job.Id, share.Job.BlobHex, share.Nonce, share.Job.Block.Height, difficulty));
            from.Send(PracticeReplies.Status(request.Id, "OK"));
            Retarget(from, miner);
        }
    }

    public void KeepAlive(PracticeConnection from, PracticeRequest request)
    {
        lock (gate)
        {
            if (from.Miner is null)
            {
                books.Refuse(from, request.Id, PracticeRefusal.Unauthenticated);
                return;
            }
        }

        from.Send(PracticeReplies.Status(request.Id, "KEEPALIVED"));
    }

    /// <summary>A job of the current work for all that are here. Under the lock.</summary>
    public void SendJobs()
    {
        foreach (var miner in _miners)
        {
            if (miner.Connection is { } connection)
            {
                connection.Send(PracticeReplies.NewJob(connection.SessionId, miner.JobFor(chain.Work), connection.WithAlgo));
            }
        }
    }

    /// <summary>Changes difficulties where due, and forgets miners that have been away for too long. Under the lock.</summary>
    public void Tick()
    {
        _miners.RemoveAll(miner => miner.Connection is null && clock.GetElapsedTime(miner.LeftAt) > options.ResumeTime);
        foreach (var miner in _miners)
        {
            if (miner.Connection is { } connection)
            {
                Retarget(connection, miner);
            }
        }
    }

    /// <summary>The connection is over; its miner may come back. Under the lock.</summary>
    public void Detach(PracticeConnection connection)
    {
        if (connection.Miner is { } miner && miner.Connection == connection)
        {
            miner.Connection = null;
            miner.LeftAt = clock.GetTimestamp();
        }
    }

    /// <summary>
    /// The first of the named ones that has jobs here. A miner that names none mines rx/0; null: none of the named ones is available.
    /// </summary>
    private static Algorithm? AlgorithmFor(LoginParams login)
    {
        if (login.Algo is not { Length: > 0 } names)
        {
            return Algorithm.RandomX;
        }

        foreach (var name in names)
        {
            if (AlgorithmNames.TryParse(name, out var named) && named.IsRandomX())
            {
                return named;
            }
        }

        return null;
    }

    private PracticeMiner? FindReturning(LoginParams login)
    {
        foreach (var miner in _miners)
        {
            // A miner is often back before we have read the end of its former connection.
            if (miner.Is(login.Login!, login.RigId) && miner.Connection is { } former && former.IsClosedByPeer())
            {
                former.End("it came back on another connection");
                Detach(former);
            }

            if (miner.Connection is null && miner.Is(login.Login!, login.RigId) && clock.GetElapsedTime(miner.LeftAt) <= options.ResumeTime)
            {
                return miner;
            }
        }

        return null;
    }

    private PracticeMiner NewMiner(LoginParams login)
    {
        if (_miners.Count(miner => miner.Connection is null) >= MaxMinersAway)
        {
            _miners.Remove(_miners.Where(miner => miner.Connection is null).MinBy(miner => miner.LeftAt)!);
        }

        var added = new PracticeMiner(login.Login!, login.RigId, number(), options, clock);
        _miners.Add(added);
        return added;
    }

    private void Retarget(PracticeConnection connection, PracticeMiner miner)
    {
        if (miner.Connection == connection && miner.Difficulty.Retarget())
        {
            log.Retargeted(connection.Remote, miner.Difficulty.Current);
            connection.Send(PracticeReplies.NewJob(connection.SessionId, miner.JobFor(chain.Work), connection.WithAlgo));
        }
    }
}
