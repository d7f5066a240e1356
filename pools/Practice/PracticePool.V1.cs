using P2PMiner.Hashing;

namespace P2PMiner.Pools.Practice;

/// <summary>What miners of GhostRider ask for, in Stratum v1. The first request of a connection says which dialect it speaks.</summary>
public sealed partial class PracticePool
{
    /// <summary>Gives every Stratum v1 miner that asked to be told another extranonce1, and a job with it. Jobs that are out keep theirs.</summary>
    public void RenewExtraNonces()
    {
        lock (_gate)
        {
            foreach (var (connection, miner) in V1Miners().Where(pair => pair.Miner.TakesExtraNonces).ToArray())
            {
                miner.RenewExtraNonce(_nextExtraNonce++);
                connection.Send(PracticeV1Replies.SetExtraNonce(miner, options.ExtraNonce2Bytes));
                SendV1Job(connection, miner, clean: false);
            }
        }
    }

    private void V1Subscribe(PracticeConnection from, PracticeRequest request)
    {
        lock (_gate)
        {
            if (from.Miner is not null || from.V1 is not null)
            {
                Refuse(from, request.Id, PracticeRefusal.AlreadyLoggedIn);
                return;
            }

            from.V1 = new(_nextExtraNonce++, options, clock);
            from.Send(PracticeV1Replies.Subscribed(request.Id, from.SessionId, from.V1, options.ExtraNonce2Bytes));
            if (options.EarlyNotify)
            {
                SendV1Job(from, from.V1, clean: true);
            }
        }
    }

    private void V1Authorize(PracticeConnection from, PracticeRequest request)
    {
        lock (_gate)
        {
            var isFirst = from.V1 is { IsAuthorized: false };
            var refusal = from.V1 is null ? PracticeRefusal.NotSubscribed
                : !from.V1.Authorize(request.Texts().ElementAtOrDefault(0)) ? PracticeRefusal.Malformed
                : (PracticeRefusal?)null;
            if (refusal is not null)
            {
                Refuse(from, request.Id, refusal.Value);
                return;
            }

            from.Send(PracticeV1Replies.Yes(request.Id));
            if (isFirst)
            {
                log.V1LoggedIn(from.Remote, from.V1!.Difficulty.Current, Convert.ToHexStringLower(from.V1.ExtraNonce1));
                from.V1.Difficulty.Restart();
                if (!options.EarlyNotify)
                {
                    SendV1Job(from, from.V1, clean: true);
                }
            }
        }
    }

    private void V1SubscribeExtraNonce(PracticeConnection from, PracticeRequest request)
    {
        lock (_gate)
        {
            if (from.V1 is null)
            {
                Refuse(from, request.Id, PracticeRefusal.NotSubscribed);
                return;
            }

            from.V1.TakesExtraNonces = true;
            from.Send(PracticeV1Replies.Yes(request.Id));
        }
    }

    private async ValueTask V1SubmitAsync(PracticeConnection from, PracticeRequest request, CancellationToken ended)
    {
        CheckedV1Share share = default;
        PracticeV1Miner? miner;
        lock (_gate)
        {
            miner = from.V1;
            var refusal = miner is null ? PracticeRefusal.NotSubscribed : miner.Check(request.Texts(), _work.Block, out share);
            if (refusal is not null)
            {
                Refuse(from, request.Id, refusal.Value);
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

        lock (_gate)
        {
            if (verdict is not null)
            {
                miner!.GiveBack(share);
                Refuse(from, request.Id, verdict.Value);
                return;
            }

            Accept(from, miner!.Difficulty, new(share.Job.Id, share.BlobHex, share.Nonce, share.Job.Block.Height, share.Job.Difficulty));
            from.Send(PracticeV1Replies.Yes(request.Id));
            V1Retarget(from, miner);
        }
    }

    // The rest is called under the gate.

    private IEnumerable<(PracticeConnection Connection, PracticeV1Miner Miner)> V1Miners() =>
        _connections.Keys.Where(connection => connection.V1 is { IsAuthorized: true }).Select(connection => (connection, connection.V1!));

    private void V1Retarget(PracticeConnection connection, PracticeV1Miner miner)
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
            SendV1Job(connection, miner, clean: false);
        }
    }

    private void SendV1Job(PracticeConnection connection, PracticeV1Miner miner, bool clean)
    {
        if (miner.Told != miner.Difficulty.Current)
        {
            miner.Told = miner.Difficulty.Current;
            connection.Send(PracticeV1Replies.SetDifficulty(miner.Told));
        }

        connection.Send(PracticeV1Replies.Notify(miner.JobFor(_work), clean));
    }
}
