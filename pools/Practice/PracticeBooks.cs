using System.Net;

namespace P2PMiner.Pools.Practice;

/// <summary>
/// The results of what miners handed in: shares that count, refusals, and the bans that follow from them. Guarded by the pool's lock.
/// </summary>
internal sealed class PracticeBooks(PracticePoolOptions options, PracticeChain chain, TimeProvider clock, ILogger log)
{
    private readonly BanList _bans = new(options.BanScore, options.BanTime, clock);
    private readonly Queue<AcceptedShare> _ledger = new();
    private readonly Dictionary<PracticeRefusal, long> _refused = [];

    public long Accepted { get; private set; }

    public double HashesCredited { get; private set; }

    /// <inheritdoc cref="PracticePoolStatistics.LongestLate"/>
    public TimeSpan LongestLate { get; private set; }

    public IReadOnlyDictionary<PracticeRefusal, long> Refused => new Dictionary<PracticeRefusal, long>(_refused);

    public IReadOnlyList<AcceptedShare> Ledger => [.. _ledger];

    public bool IsBanned(IPAddress address) => _bans.IsBanned(address);

    public void Accept(PracticeConnection from, VariableDifficulty difficulty, AcceptedShare share)
    {
        Accepted++;
        HashesCredited += share.Difficulty;
        difficulty.Credit(share.Difficulty);
        _bans.Add(from.Remote.Address, -1);
        _ledger.Enqueue(share);
        while (_ledger.Count > options.LedgerSize)
        {
            _ledger.Dequeue();
        }
    }

    /// <summary>Answers a request with an error, in the words of the dialect that the connection speaks.</summary>
    public void Refuse(PracticeConnection from, string requestId, PracticeRefusal refusal)
    {
        _refused[refusal] = _refused.GetValueOrDefault(refusal) + 1;
        if (refusal == PracticeRefusal.Expired && chain.BlockAge is var late && late > LongestLate)
        {
            LongestLate = late;
        }

        log.Refused(from.Remote, refusal);
        from.Send(from.SpeaksV1 ? PracticeV1Replies.Error(requestId, refusal) : PracticeReplies.Error(requestId, refusal.Text()));
        if (_bans.Add(from.Remote.Address, refusal.Score()))
        {
            log.Banned(from.Remote.Address, DurationText.Of(options.BanTime));
        }

        // Others behind the same address keep what they have; only this one and new ones feel the ban.
        if (refusal.Score() > 0 && _bans.IsBanned(from.Remote.Address))
        {
            from.EndAfterQueue("its address is banned");
        }
    }
}
