using P2PMiner.Grains.Hashing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Grains.Jobs;

/// <summary>
/// Judges the shares that nodes find. Each is recomputed before the pool sees it. A node whose hash is wrong is named in the log and in the
/// end put into quarantine, but only after this node has recomputed the hash from scratch: its own memory may be the bad one. Part of the
/// job grain, on its scheduler: shares are judged side by side, and <see cref="JobTable"/> and <see cref="NodeTable"/> are only touched
/// between awaits.
/// </summary>
/// <param name="submit">Hands a right share to the pool, and gives the pool's answer.</param>
/// <param name="endWork">Ends the work of a node that has just been put into quarantine.</param>
internal sealed class ShareJudge(
    JobTable jobs, NodeTable nodes, IHashEngine verifier, INodeFaults faults, LeaseOptions options, TimeProvider clock,
    Func<VerifiedShare, Task<ShareOutcome>> submit, Action<NodeId> endWork, ILogger log)
{
    /// <summary>The most shares at once. Honest nodes find a few per second; more is a flood, which must not fill the memory.</summary>
    public const int MostJudged = 1024;

    private readonly Dictionary<ShareOutcome, long> _outcomes = [];
    private readonly LogLimit _outsideLease = new(clock, lines: 5, TimeSpan.FromMinutes(1));

    /// <summary>Nodes with a wrong hash that is just being recomputed from scratch.</summary>
    private readonly HashSet<NodeId> _accused = [];

    /// <summary>Shares that are being judged; each may take a hash.</summary>
    private int _judged;

    /// <summary>How many shares there were of each outcome. A copy.</summary>
    public IReadOnlyDictionary<ShareOutcome, long> Outcomes => new Dictionary<ShareOutcome, long>(_outcomes);

    /// <summary>Judges a share and counts it; a right one goes to the pool.</summary>
    /// <exception cref="HashEngineException">This node cannot recompute it. It is not counted.</exception>
    public async Task<ShareOutcome> JudgeAsync(FoundShare share)
    {
        var outcome = await DecideAsync(share);
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        nodes.Count(share.Peer, outcome);
        log.ShareDone(share.Nonce, share.JobSerial, share.Peer.Short, outcome);
        return outcome;
    }

    private async Task<ShareOutcome> DecideAsync(FoundShare share)
    {
        if (nodes.IsQuarantined(share.Peer))
        {
            return ShareOutcome.Quarantined;
        }

        if (_judged >= MostJudged)
        {
            return ShareOutcome.Lost;
        }

        _judged++;
        try
        {
            return await VerifyAsync(share);
        }
        finally
        {
            _judged--;
        }
    }

    private async Task<ShareOutcome> VerifyAsync(FoundShare share)
    {
        var check = jobs.Check(share);
        if (check.ToVerify is not { } input)
        {
            if (check.Refused == ShareOutcome.OutsideLease && _outsideLease.Allows(out var leftOut))
            {
                log.ShareOutsideLease(share.Nonce, share.JobSerial, share.Peer.Short, leftOut);
            }

            return check.Refused!.Value;
        }

        var hash = await verifier.HashAsync(input.Algorithm, input.Seed, input.Blob, CancellationToken.None);
        if (hash != share.Hash)
        {
            return await SettleAsync(share, input, hash);
        }

        // A new block may have come while the hash was recomputed.
        if (!jobs.IsLive(share.JobSerial))
        {
            return ShareOutcome.Stale;
        }

        var answer = await submit(new() { JobSerial = share.JobSerial, ExtraNonce = share.ExtraNonce, Nonce = share.Nonce, Hash = hash });
        if (answer == ShareOutcome.Accepted)
        {
            nodes.Credit(share.Peer, check.Asked, check.Reached);
        }

        return answer;
    }

    /// <summary>The node and this one disagree on a hash: settles which of them is wrong.</summary>
    private async Task<ShareOutcome> SettleAsync(FoundShare share, ShareInput input, Hash256 hash)
    {
        if (!_accused.Add(share.Peer))
        {
            // One recomputation from scratch at a time for each node: it takes a second, and a liar may send hundreds of shares at once.
            return ShareOutcome.Invalid;
        }

        if (await FindOwnFaultAsync(input, hash, share.Peer) is { } fault)
        {
            // Then nothing is known about the other node; the next master will judge it.
            faults.Report(fault);
            return ShareOutcome.Lost;
        }

        var (count, tooMany) = nodes.WrongHash(share.Peer);
        log.WrongHash(share.Peer.Short, share.Nonce, hash.ToString(), share.Hash.ToString(), count);
        if (tooMany && nodes.Quarantine(share.Peer))
        {
            log.Quarantined(share.Peer.Short, options.WrongHashLimit, DurationText.Of(options.WrongHashWindow));
            endWork(share.Peer);
        }

        return ShareOutcome.Invalid;
    }

    /// <summary>Two hashes differ: is this node's hash the wrong one? Null: no, as far as it can tell.</summary>
    private async Task<string?> FindOwnFaultAsync(ShareInput input, Hash256 hash, NodeId accused)
    {
        try
        {
            var again = await verifier.RecomputeAsync(input.Algorithm, input.Seed, input.Blob);
            return again == hash ? null : $"one hash is {hash} from the dataset in memory, and {again} from scratch";
        }
        catch (HashSelfTestException wrong)
        {
            return wrong.Message;
        }
        catch (HashEngineException unable)
        {
            log.NotRecomputed(unable.Message);
            return null;
        }
        finally
        {
            _accused.Remove(accused);
        }
    }
}
