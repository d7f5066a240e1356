using P2PMiner.Grains.Hashing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Peers;

/// <summary>
/// Shares on their way to the job grain they came from. Part of <see cref="MiningLoop"/>, with the same one caller at a time.
/// </summary>
/// <param name="shares">Counts what became of each.</param>
internal sealed class HandIn(NodeId node, ShareTally shares, TimeProvider clock, ILogger log)
{
    /// <summary>Pause between tries while the job grain cannot be reached.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Half a minute of tries: longer than an election and a silo's move.</summary>
    private const int MostTries = 60;

    private int _underway;

    public bool IsBusy => _underway > 0;

    /// <summary>
    /// The session whose shares are handed in repeatedly; shares of another session are sent once, because it knows no job of an earlier
    /// one. Null: all are sent once.
    /// </summary>
    public string? RetriedSession { get; set; }

    public async Task SubmitAsync(PeerSession session, WorkUnit unit, NonceHit hit)
    {
        var share = new FoundShare
        {
            Peer = node,
            LeaseId = unit.LeaseId,
            JobSerial = unit.JobSerial,
            ExtraNonce = unit.ExtraNonce,
            Nonce = hit.Nonce,
            Hash = hit.Hash,
        };
        _underway++;
        try
        {
            Count(await SubmitAsync(session, share), unit, hit);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            shares.Count(ShareOutcome.Lost);
            log.SubmitFailed(share.Nonce, CallFailure.Brief(e));
        }
        finally
        {
            _underway--;
        }
    }

    private void Count(ShareOutcome outcome, WorkUnit unit, NonceHit hit)
    {
        shares.Count(outcome);
        if (outcome == ShareOutcome.Accepted)
        {
            var judged = Commitment.Judged(unit.Algorithm, NonceInput.Of(unit.Blob.AsSpan(), unit.NonceOffset, hit.Nonce), hit.Hash);
            shares.Credit((double)unit.Target.Difficulty, (double)new Target { Limit = judged }.Difficulty);
        }
    }

    /// <summary>Again while the way to the job grain is lost: that knows a share that it had.</summary>
    private async Task<ShareOutcome> SubmitAsync(PeerSession session, FoundShare share)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await session.Jobs.SubmitAsync(share);
            }
            catch (OrleansMessageRejectionException) when (tries < MostTries && session.Name == RetriedSession)
            {
                await Task.Delay(RetryPause, clock);
            }
        }
    }
}
