using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>
/// Which node is master: clock and beacons in, decisions out. Pure: no clock, socket, lock or log of its own; one thread at a time.
/// <para>
/// Order: nodes in <c>--mode master</c> before <c>auto</c>, then the smaller id; workers never. The best living node claims the mastership with a term
/// above all it has heard of, and the others follow the highest term, at equal terms the better node. This is not consensus: a node that
/// hears nobody is master by itself, so that each side of a partition goes on mining. When sides meet, terms tell the old master from the
/// new one:
/// </para>
/// <list type="number">
/// <item>A master that hears of a higher term, from any node, or of a better master in its own term, yields at once. If it is the best of
/// all it claims again with a yet higher term, <see cref="ElectionTiming.Reclaim"/> later; for that long its own followers stay with
/// it.</item>
/// <item>A node just started, or stalled for longer than <see cref="ElectionTiming.Timeout"/> (it may have been declared dead), is no master and not
/// ready: it listens for <see cref="ElectionTiming.Settle"/>.</item>
/// <item>Nobody claims against a better master that it does not hear while a living peer does: two lost packets are not a death.</item>
/// <item>A node that loses the mastership again within ten minutes waits twice as long each time before it challenges another master.</item>
/// </list>
/// </summary>
internal sealed class Election
{
    private readonly ElectionTiming _timing;
    private readonly Candidate _self;
    private bool _mayBeMaster;
    private readonly Dictionary<NodeId, Peer> _peers = [];
    private ulong _highestTerm;
    private bool _followedIsPreferred;
    private TimeSpan _lastTick;
    private TimeSpan _readyAt;
    private TimeSpan _reclaimAt;
    private TimeSpan _challengeAt;
    private TimeSpan _lastLoss;
    private int _losses;
    private TimeSpan? _doubtSince;
    private TimeSpan? _courtesySince;

    /// <param name="termFloor">The highest term this node has followed or claimed in earlier runs; 0 for a new node.</param>
    /// <param name="now">Any monotonic clock; later calls never give an earlier time.</param>
    public Election(ElectionTiming timing, Candidate self, bool mayBeMaster, ulong termFloor, TimeSpan now)
    {
        _timing = timing;
        _self = self;
        _mayBeMaster = mayBeMaster;
        _highestTerm = Math.Min(termFloor, Beacon.MaxTerm);
        _lastTick = now;
        _readyAt = now + timing.Settle;
        Decision = new(MasterRole.None, null, _highestTerm);
    }

    /// <summary>Where this node stands. A claim's term must be on disk before a beacon announces it.</summary>
    public MasterDecision Decision { get; private set; }

    /// <summary>
    /// The highest term heard of, in beacons or elsewhere, or claimed. The caller of <see cref="Hear"/> or <see cref="Learn"/> has refused
    /// leaps above it.
    /// </summary>
    public ulong HighestTerm => _highestTerm;

    public IReadOnlyCollection<NodeId> Living => _peers.Keys;

    /// <summary>What the next beacon says.</summary>
    public ElectionNotice Notice(TimeSpan now) => new()
    {
        Term = Decision.Term,
        Master = Decision.Master,
        MasterPreferred = Decision.Role == MasterRole.Master ? _self.Preferred : Decision.Role == MasterRole.Following && _followedIsPreferred,
        HearsMaster = Decision.Role == MasterRole.Master || Decision.Master is { } master && ClaimOf(master) is { } claim && claim.Term == Decision.Term,
        MayBeMaster = _mayBeMaster,
        Preferred = _self.Preferred,
        Ready = now >= _readyAt,
    };

    /// <summary>A beacon of a peer that is authentic and newer than all before it. True: the decision changed.</summary>
    /// <param name="age">
    /// How long it has been on its way with others: a silence counts from the sender's last word, or those who hear of it late would vouch for a dead
    /// master for longer than anyone else.
    /// </param>
    public bool Hear(NodeId peer, ulong boot, ElectionNotice notice, TimeSpan now, TimeSpan age = default)
    {
        var decided = Decision;
        CheckStall(now);
        if (_peers.TryGetValue(peer, out var before) && before.Boot != boot && Decision.Master == peer)
        {
            // The master's process died and another is starting in its place: nothing to wait for.
            _doubtSince = TimeSpan.MinValue;
        }

        var known = before.Boot == boot && before.Notice == notice && _peers.ContainsKey(peer);
        _peers[peer] = new(boot, notice, now - age);
        if (known)
        {
            // Nearly every beacon repeats the last; what depends on time alone is for the next tick.
            return Decision != decided;
        }

        _highestTerm = Math.Max(_highestTerm, notice.Term);
        Decide(now);
        return Decision != decided;
    }

    /// <summary>A term that was met outside a beacon: a master below it yields and claims above it. True: the decision changed.</summary>
    public bool Learn(ulong term, TimeSpan now)
    {
        var decided = Decision;
        CheckStall(now);
        _highestTerm = Math.Max(_highestTerm, Math.Min(term, Beacon.MaxTerm));
        Decide(now);
        return Decision != decided;
    }

    /// <summary>To be called each <see cref="ElectionTiming.Interval"/>; a longer gap than the timeout counts as a stall. True: the decision changed.</summary>
    public bool Tick(TimeSpan now)
    {
        var decided = Decision;
        CheckStall(now);
        _lastTick = now;
        Decide(now);
        return Decision != decided;
    }

    /// <summary>The process did not run for a while without this clock showing it, as in a suspended machine. True: the decision changed.</summary>
    public bool Stall(TimeSpan now)
    {
        var before = Decision;
        _lastTick = now;
        _readyAt = now + _timing.Settle;

        // What was heard last is as old as the stall, yet none of it is known to be wrong: each peer gets one timeout to speak again.
        foreach (var (id, peer) in _peers)
        {
            _peers[id] = peer with { Heard = now };
        }

        if (Decision.Role == MasterRole.Master)
        {
            Lose(now);
        }

        return Decision != before;
    }

    /// <summary>
    /// This node is about to stop: from now on it counts as a worker, and the others elect at once. True: the decision changed.
    /// </summary>
    public bool Resign(TimeSpan now)
    {
        var decided = Decision;
        _mayBeMaster = false;
        if (Decision.Role == MasterRole.Master)
        {
            Decision = new(MasterRole.None, null, Decision.Term);
        }

        Decide(now);
        return Decision != decided;
    }

    private void CheckStall(TimeSpan now)
    {
        if (now - _lastTick > _timing.Timeout)
        {
            Stall(now);
        }
    }

    private void Decide(TimeSpan now)
    {
        foreach (var (id, peer) in _peers)
        {
            if (now - peer.Heard > _timing.Timeout)
            {
                _peers.Remove(id);
            }
        }

        if (Decision.Role == MasterRole.Master && MustYield())
        {
            Lose(now);
        }

        if (Decision.Role != MasterRole.Master)
        {
            Choose(now);
        }
    }

    private bool MustYield() =>
        _highestTerm > Decision.Term || Claims().Any(claim => claim.Term == Decision.Term && claim.Who.Outranks(_self));

    private void Lose(TimeSpan now)
    {
        _reclaimAt = now + _timing.Reclaim;
        var toBetter = Claims().Any(claim => claim.Who.Outranks(_self));
        if (!toBetter)
        {
            _losses = now - _lastLoss < ElectionTiming.LossMemory ? _losses + 1 : 1;
            _lastLoss = now;
            _challengeAt = now + (_losses == 1 ? TimeSpan.Zero : ChallengeDelay());
        }

        Decision = new(MasterRole.None, null, Decision.Term);
    }

    private TimeSpan ChallengeDelay()
    {
        var delay = _timing.Settle * (1 << Math.Min(_losses - 1, 8));
        return delay < _timing.MaxChallengeDelay ? delay : _timing.MaxChallengeDelay;
    }

    /// <summary>Not master: claim, follow, or wait.</summary>
    private void Choose(TimeSpan now)
    {
        var best = Best();
        if (MayClaim(best, now))
        {
            _doubtSince = null;
            _highestTerm++;
            Decision = new(MasterRole.Master, _self.Id, _highestTerm);
            return;
        }

        var followed = Decision.Role == MasterRole.Following ? Decision.Master : null;
        if (best is { } claim && claim.Who.Id == followed)
        {
            _doubtSince = null;
            Follow(claim);
        }
        else if (followed is { } master && KeepsTo(master, best, now))
        {
            return;
        }
        else if (best is { } other && !WillChallenge(other, now))
        {
            _doubtSince = null;
            Follow(other);
        }
        else
        {
            _doubtSince = null;
            Decision = new(MasterRole.None, null, Decision.Term);
        }
    }

    private void Follow(Claim claim)
    {
        _followedIsPreferred = claim.Who.Preferred;
        Decision = new(MasterRole.Following, claim.Who.Id, claim.Term);
    }

    /// <summary>
    /// The followed master no longer has the best claim. It is kept for one timeout while it lives and may be about to claim anew, and for as long
    /// as a living peer hears it, unless a better or newer one took its place.
    /// </summary>
    private bool KeepsTo(NodeId master, Claim? best, TimeSpan now)
    {
        var who = new Candidate(_followedIsPreferred, master);
        if (best is { } other && other.Who.Outranks(who))
        {
            return false;
        }

        if (best is null && Vouched().Any(claim => claim.Who.Id == master && claim.Term == Decision.Term))
        {
            _doubtSince = null;
            return true;
        }

        _doubtSince ??= now;
        return _doubtSince + _timing.Timeout > now && _peers.TryGetValue(master, out var peer) && peer.Notice is { MayBeMaster: true, Ready: true };
    }

    private bool MayClaim(Claim? best, TimeSpan now)
    {
        var waits = now < _readyAt || now < _reclaimAt || best is not null && now < _challengeAt;
        if (waits || !IsBestOfAll() || _highestTerm >= Beacon.MaxTerm)
        {
            _courtesySince = null;
            return false;
        }

        var betterIsComing = _peers.Any(peer => peer.Value.Notice.MayBeMaster && peer.Value.Who(peer.Key).Outranks(_self));
        _courtesySince ??= now;
        return !betterIsComing || now - _courtesySince >= _timing.Courtesy;
    }

    /// <summary>No node that is master, or could be, comes before this one.</summary>
    private bool IsBestOfAll() =>
        _mayBeMaster && !Ready().Any(peer => peer.Outranks(_self)) && !Claims().Any(claim => claim.Who.Outranks(_self));

    /// <summary>This node comes before that master and will claim soon: following it until then would only be one more change.</summary>
    private bool WillChallenge(Claim other, TimeSpan now) =>
        IsBestOfAll() && _self.Outranks(other.Who) && _challengeAt - now <= _timing.Settle;

    /// <summary>The claim to follow: heard from the claimant itself, of the highest term, which is not below what this node knows already.</summary>
    private Claim? Best()
    {
        Claim? best = null;
        foreach (var (id, peer) in _peers)
        {
            if (ClaimOf(id) is { } claim && claim.Term >= Decision.Term
                && (best is not { } other || claim.Term > other.Term || claim.Term == other.Term && claim.Who.Outranks(other.Who)))
            {
                best = claim;
            }
        }

        return best;
    }

    private Claim? ClaimOf(NodeId id) => _peers.TryGetValue(id, out var peer) && peer.Notice.Master == id ? new(peer.Who(id), peer.Notice.Term) : null;

    private IEnumerable<Claim> Claims() => _peers.Keys.Select(ClaimOf).OfType<Claim>().Concat(Vouched());

    /// <summary>Masters that living peers hear themselves.</summary>
    private IEnumerable<Claim> Vouched() =>
        from peer in _peers
        let notice = peer.Value.Notice
        where notice is { HearsMaster: true, Master: not null } && notice.Master != peer.Key && notice.Master != _self.Id
        select new Claim(new Candidate(notice.MasterPreferred, notice.Master.GetValueOrDefault()), notice.Term);

    private IEnumerable<Candidate> Ready() =>
        from peer in _peers
        where peer.Value.Notice is { MayBeMaster: true, Ready: true }
        select peer.Value.Who(peer.Key);

    private readonly record struct Claim(Candidate Who, ulong Term);

    private readonly record struct Peer(ulong Boot, ElectionNotice Notice, TimeSpan Heard)
    {
        public Candidate Who(NodeId id) => new(Notice.Preferred, id);
    }
}
