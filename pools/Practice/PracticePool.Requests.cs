using P2PMiner.Hashing;

namespace P2PMiner.Pools.Practice;

/// <summary>What miners ask for. Called by their connections.</summary>
public sealed partial class PracticePool
{
    // Miners that are away, so that logins under ever new names cannot fill the memory within the resume time.
    private const int MaxMinersAway = 10_000;

    /// <summary>Answers one request; the next one of the connection waits until this is done.</summary>
    internal async ValueTask HandleAsync(PracticeConnection from, PracticeRequest request, CancellationToken ended)
    {
        from.SpeaksV1 = request.IsV1;
        switch (request.Method)
        {
            case "login":
                Login(from, request);
                break;
            case "submit":
                await SubmitAsync(from, request, ended);
                break;
            case "keepalived":
                KeepAlive(from, request);
                break;
            case "mining.subscribe":
                V1Subscribe(from, request);
                break;
            case "mining.authorize":
                V1Authorize(from, request);
                break;
            case "mining.extranonce.subscribe":
                V1SubscribeExtraNonce(from, request);
                break;
            case "mining.submit":
                await V1SubmitAsync(from, request, ended);
                break;
            default:
                Refuse(from, request.Id, PracticeRefusal.UnknownMethod);
                break;
        }
    }

    /// <summary>A line that is no request at all; the connection ends itself.</summary>
    internal void RefuseLine(PracticeConnection from) => Refuse(from, "null", PracticeRefusal.Malformed);

    /// <summary>The connection is over.</summary>
    internal void Forget(PracticeConnection connection, string reason)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
            Detach(connection);
        }

        log.Gone(connection.Remote, reason);
    }

    private void Login(PracticeConnection from, PracticeRequest request)
    {
        lock (_gate)
        {
            if (from.Miner is not null || from.V1 is not null)
            {
                Refuse(from, request.Id, PracticeRefusal.AlreadyLoggedIn);
                return;
            }

            if (request.Login() is not { } login)
            {
                Refuse(from, request.Id, PracticeRefusal.Malformed);
                return;
            }

            if (AlgorithmFor(login) is not { } algorithm)
            {
                Refuse(from, request.Id, PracticeRefusal.UnsupportedAlgorithm);
                return;
            }

            var returned = FindReturning(login);
            var miner = returned ?? NewMiner(login);
            miner.Connection = from;
            miner.Algorithm = algorithm;
            miner.Difficulty.Restart();
            (from.Miner, from.WithAlgo) = (miner, login.Algo is { Length: > 0 });
            log.LoggedIn(from.Remote, algorithm.WireName(), miner.Difficulty.Current, miner.ExtraNonce, returned is not null);
            from.Send(PracticeReplies.LoggedIn(request.Id, from.SessionId, miner.JobFor(_work), from.WithAlgo, options.NiceHash));
        }
    }

    /// <summary>The first of the named ones that has jobs here. Who names none mines rx/0; null: none of the named ones is to be had.</summary>
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
        if (_miners.Count - _connections.Count >= MaxMinersAway)
        {
            _miners.Remove(_miners.Where(miner => miner.Connection is null).MinBy(miner => miner.LeftAt)!);
        }

        var added = new PracticeMiner(login.Login!, login.RigId, _nextExtraNonce++, options, clock);
        _miners.Add(added);
        return added;
    }

    private async ValueTask SubmitAsync(PracticeConnection from, PracticeRequest request, CancellationToken ended)
    {
        CheckedShare share = default;
        PracticeMiner? miner;
        var submit = request.Submit();
        lock (_gate)
        {
            miner = from.Miner;
            var refusal = submit is null ? PracticeRefusal.Malformed
                : miner is null || submit.Id != from.SessionId ? PracticeRefusal.Unauthenticated
                : miner.Check(submit, _work.Block, out share);
            if (refusal is not null)
            {
                Refuse(from, request.Id, refusal.Value);
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
            lock (_gate)
            {
                miner!.GiveBack(share);
            }

            throw;
        }

        lock (_gate)
        {
            if (verdict is not null)
            {
                miner!.GiveBack(share);
                Refuse(from, request.Id, verdict.Value);
                return;
            }

            var difficulty = (double)share.Job.Target.Difficulty;
            Accept(from, miner!.Difficulty, new(share.Job.Id, share.Job.BlobHex, share.Nonce, share.Job.Block.Height, difficulty));
            from.Send(PracticeReplies.Status(request.Id, "OK"));
            Retarget(from, miner);
        }
    }

    // The rest is called under the gate, which may be entered again.

    private void Accept(PracticeConnection from, VariableDifficulty difficulty, AcceptedShare share)
    {
        _accepted++;
        _hashesCredited += share.Difficulty;
        difficulty.Credit(share.Difficulty);
        _bans.Add(from.Remote.Address, -1);
        _ledger.Enqueue(share);
        while (_ledger.Count > options.LedgerSize)
        {
            _ledger.Dequeue();
        }
    }

    private void KeepAlive(PracticeConnection from, PracticeRequest request)
    {
        lock (_gate)
        {
            if (from.Miner is null)
            {
                Refuse(from, request.Id, PracticeRefusal.Unauthenticated);
                return;
            }
        }

        from.Send(PracticeReplies.Status(request.Id, "KEEPALIVED"));
    }

    private void Refuse(PracticeConnection from, string requestId, PracticeRefusal refusal)
    {
        lock (_gate)
        {
            _refused[refusal] = _refused.GetValueOrDefault(refusal) + 1;
            if (refusal == PracticeRefusal.Expired && clock.GetElapsedTime(_blockBegun) is var late && late > _longestLate)
            {
                _longestLate = late;
            }

            log.Refused(from.Remote, refusal);
            from.Send(from.SpeaksV1 ? PracticeV1Replies.Error(requestId, refusal) : PracticeReplies.Error(requestId, refusal.Text()));
            if (_bans.Add(from.Remote.Address, refusal.Score()))
            {
                log.Banned(from.Remote.Address, options.BanTime);
            }

            // Others behind the same address keep what they have; only this one and new ones feel the ban.
            if (refusal.Score() > 0 && _bans.IsBanned(from.Remote.Address))
            {
                from.EndAfterQueue("its address is banned");
            }
        }
    }

    private void Retarget(PracticeConnection connection, PracticeMiner miner)
    {
        if (miner.Connection == connection && miner.Difficulty.Retarget())
        {
            log.Retargeted(connection.Remote, miner.Difficulty.Current);
            connection.Send(PracticeReplies.NewJob(connection.SessionId, miner.JobFor(_work), connection.WithAlgo));
        }
    }

    private void SendJobs(bool clean)
    {
        foreach (var (connection, miner) in V1Miners())
        {
            SendV1Job(connection, miner, clean);
        }

        foreach (var miner in _miners)
        {
            if (miner.Connection is { } connection)
            {
                connection.Send(PracticeReplies.NewJob(connection.SessionId, miner.JobFor(_work), connection.WithAlgo));
            }
        }
    }

    private void Detach(PracticeConnection connection)
    {
        if (connection.Miner is { } miner && miner.Connection == connection)
        {
            miner.Connection = null;
            miner.LeftAt = clock.GetTimestamp();
        }
    }
}
