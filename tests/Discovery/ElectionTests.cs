using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Discovery.Tests;

/// <summary>The single rules; what they add up to is in <see cref="ElectionSimulationTests"/>.</summary>
public sealed class ElectionTests
{
    private static readonly ElectionTiming Timing = new DiscoveryOptions().GetTiming();
    private static readonly NodeId Small = new(1);
    private static readonly NodeId Me = new(5);
    private static readonly NodeId Great = new(9);
    private TimeSpan _now = TimeSpan.FromDays(3);

    [Fact]
    public void Tick_Alone_IsMasterWithinSettleTimeAndOneInterval()
    {
        var election = New();
        var started = _now;
        while (election.Decision.Role != MasterRole.Master)
        {
            Beat(election);
        }

        Assert.InRange(_now - started, Timing.Settle, Timing.Settle + Timing.Interval);
        Assert.Equal(new MasterDecision(MasterRole.Master, Me, 1), election.Decision);
    }

    [Fact]
    public void Tick_TermFloor_ClaimsAboveIt() => Assert.Equal(43ul, Master(New(termFloor: 42)).Decision.Term);

    [Fact]
    public void Tick_TermsAtTheirEnd_ClaimsNoneThatWraps()
    {
        var election = New(termFloor: ulong.MaxValue);
        Beat(election, 100);

        Assert.Equal(new MasterDecision(MasterRole.None, null, Beacon.MaxTerm), election.Decision);
    }

    [Fact]
    public void Tick_Worker_NeverClaims()
    {
        var election = New(mayBeMaster: false);
        Beat(election, 100);

        Assert.Equal(MasterRole.None, election.Decision.Role);
        Assert.False(election.Notice(_now).MayBeMaster);
    }

    [Fact]
    public void Hear_MasterWithASmallerId_IsFollowedAtOnce()
    {
        var election = New();

        Assert.True(election.Hear(Small, 1, Claim(Small, 7), _now));
        Assert.Equal(new MasterDecision(MasterRole.Following, Small, 7), election.Decision);
        Assert.True(election.Notice(_now).HearsMaster);
    }

    [Fact]
    public void Hear_NewcomerWithASmallerId_IsWaitedForOnlyUntilItClaims()
    {
        var election = Master(New());

        Assert.False(election.Hear(Small, 1, Idle(ready: true), _now));
        Assert.Equal(MasterRole.Master, election.Decision.Role);
        Assert.True(election.Hear(Small, 1, Claim(Small, 2), _now));
        Assert.Equal(new MasterDecision(MasterRole.Following, Small, 2), election.Decision);
    }

    [Fact]
    public void Hear_BetterMasterOfTheSameTerm_Yields()
    {
        var election = Master(New());
        election.Hear(Small, 1, Claim(Small, election.Decision.Term), _now);

        Assert.Equal(Small, election.Decision.Master);
    }

    [Fact]
    public void Hear_WorseMasterOfTheSameTerm_Stays()
    {
        var election = Master(New());

        Assert.False(election.Hear(Great, 1, Claim(Great, election.Decision.Term), _now));
        Assert.Equal(MasterRole.Master, election.Decision.Role);
    }

    [Fact]
    public void Hear_WorseMasterOfAHigherTerm_YieldsThenTakesTheTableBackWithAHigherOne()
    {
        var election = Master(New());
        election.Hear(Great, 1, Claim(Great, 10), _now);
        Assert.Equal(MasterRole.None, election.Decision.Role);

        var yielded = _now;
        while (election.Decision.Role != MasterRole.Master)
        {
            Beat(election, (Great, Claim(Great, 10)));
        }

        Assert.Equal(11ul, election.Decision.Term);
        Assert.Equal(Timing.Reclaim, _now - yielded);
    }

    [Fact]
    public void Hear_FollowerOfAHigherTerm_MakesAMasterYieldToo()
    {
        var election = Master(New());
        election.Hear(Great, 1, Idle(ready: true) with { Term = 10 }, _now);

        Assert.NotEqual(MasterRole.Master, election.Decision.Role);
    }

    [Fact]
    public void Hear_ModeMaster_GoesBeforeASmallerId()
    {
        var election = Master(New());
        election.Hear(Great, 1, Claim(Great, 2) with { Preferred = true, MasterPreferred = true }, _now);
        Assert.Equal(Great, election.Decision.Master);

        election.Hear(Small, 1, Claim(Small, 2), _now);
        Assert.Equal(Great, election.Decision.Master);
    }

    [Fact]
    public void Tick_MasterSilent_TheNextSmallestClaimsAndOthersWaitForIt()
    {
        var election = Following(Small, 3);
        Beat(election, (int)(Timing.Timeout / Timing.Interval) + 1);
        Assert.Equal(new MasterDecision(MasterRole.Master, Me, 4), election.Decision);

        var other = Following(Small, 3, self: Great);
        for (var i = 0; i < 20; i++)
        {
            Beat(other, (Me, Idle(ready: true)));
        }

        Assert.Equal(MasterRole.None, other.Decision.Role);
    }

    [Fact]
    public void Tick_MasterSilentButHeardByAPeer_IsStillFollowed()
    {
        var election = Following(Small, 3);
        var vouching = new ElectionNotice { Term = 3, Master = Small, HearsMaster = true, MayBeMaster = true, Ready = true };
        for (var i = 0; i < 40; i++)
        {
            Beat(election, (Great, vouching));
        }

        Assert.Equal(new MasterDecision(MasterRole.Following, Small, 3), election.Decision);
        Assert.False(election.Notice(_now).HearsMaster);
        Beat(election, (Great, vouching with { HearsMaster = false }));
        Beat(election, (Great, vouching with { HearsMaster = false }));
        Assert.Equal(MasterRole.Master, election.Decision.Role);
    }

    [Fact]
    public void Hear_MasterLivesButNoLongerClaims_IsKeptForOneTimeoutThenDropped()
    {
        var election = Following(Small, 3, self: Great);
        var stopped = _now;
        while (election.Decision.Role == MasterRole.Following)
        {
            Beat(election, (Small, Idle(ready: true) with { Term = 4 }));
        }

        Assert.InRange(_now - stopped, Timing.Timeout, Timing.Timeout + 2 * Timing.Interval);
        Assert.Equal(MasterRole.None, election.Decision.Role);
    }

    [Fact]
    public void Hear_MasterRestarts_IsDroppedAtOnce()
    {
        var election = Following(Small, 3, self: Great);
        election.Hear(Small, 2, Idle(ready: false), _now);

        Assert.Equal(MasterRole.None, election.Decision.Role);
    }

    [Fact]
    public void Hear_MasterOfALowerTerm_IsNotFollowed()
    {
        var election = Following(Small, 3);
        election.Hear(Small, 2, Claim(Small, 2), _now);

        Assert.NotEqual(2ul, election.Decision.Term);
        Assert.NotEqual(MasterRole.Following, election.Decision.Role);
    }

    [Fact]
    public void Tick_StalledLongerThanTheTimeout_DropsMastershipAndListens()
    {
        var election = Master(New());
        _now += Timing.Timeout + TimeSpan.FromMilliseconds(1);
        var resumed = _now;
        election.Tick(_now);
        Assert.Equal(MasterRole.None, election.Decision.Role);
        Assert.False(election.Notice(_now).Ready);

        Beat(Master(election), 0);
        Assert.True(_now - resumed >= Timing.Settle);
        Assert.Equal(2ul, election.Decision.Term);
    }

    [Fact]
    public void Hear_FirstAfterAStall_DropsMastershipBeforeItCounts()
    {
        var election = Master(New());
        _now += Timing.Timeout + TimeSpan.FromMilliseconds(1);

        Assert.True(election.Hear(Great, 1, Idle(ready: true), _now));
        Assert.Equal(MasterRole.None, election.Decision.Role);
    }

    [Fact]
    public void Stall_SeenByTheWallClockOnly_DropsMastership()
    {
        var election = Master(New());

        Assert.True(election.Stall(_now));
        Assert.Equal(MasterRole.None, election.Decision.Role);
    }

    [Fact]
    public void Tick_BetterNodeStillListening_IsWaitedForButNotForEver()
    {
        var election = New();
        var started = _now;
        while (election.Decision.Role != MasterRole.Master)
        {
            Beat(election, (Small, Idle(ready: false)));
        }

        Assert.InRange(_now - started, Timing.Settle + Timing.Courtesy, Timing.Settle + Timing.Courtesy + 2 * Timing.Interval);
    }

    [Fact]
    public void Tick_MastershipLostAgainAndAgain_ChallengesLaterEachTimeAndFollowsMeanwhile()
    {
        var election = Master(New());
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 8; i++)
        {
            var rival = Claim(Great, election.Decision.Term + 5);
            election.Hear(Great, 1, rival, _now);
            var lost = _now;
            while (election.Decision.Role != MasterRole.Master)
            {
                Beat(election, (Great, rival));
            }

            waits.Add(_now - lost);
        }

        Assert.Equal(Timing.Reclaim, waits[0]);
        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits[^1], Timing.MaxChallengeDelay, Timing.MaxChallengeDelay + Timing.Interval);
    }

    [Fact]
    public void Resign_Master_StandsDownAndNeverClaimsAgain()
    {
        var election = Master(New());
        Assert.True(election.Resign(_now));
        Beat(election, 100);

        Assert.Equal(MasterRole.None, election.Decision.Role);
        Assert.False(election.Notice(_now).MayBeMaster);
    }

    [Fact]
    public void Hear_MasterResigns_TheNextClaimsAtOnce()
    {
        var election = Following(Small, 3);

        Assert.True(election.Hear(Small, 1, new ElectionNotice { Term = 3, Ready = true }, _now));
        Assert.Equal(new MasterDecision(MasterRole.Master, Me, 4), election.Decision);
    }

    private static ElectionNotice Claim(NodeId master, ulong term) =>
        new() { Term = term, Master = master, HearsMaster = true, MayBeMaster = true, Ready = true };

    private static ElectionNotice Idle(bool ready) => new() { Term = 0, MayBeMaster = true, Ready = ready };

    private Election New(ulong termFloor = 0, bool mayBeMaster = true, NodeId? self = null) =>
        new(Timing, new Candidate(false, self ?? Me), mayBeMaster, termFloor, _now);

    private Election Master(Election election)
    {
        for (var i = 0; i < 20 && election.Decision.Role != MasterRole.Master; i++)
        {
            Beat(election);
        }

        Assert.Equal(MasterRole.Master, election.Decision.Role);
        return election;
    }

    /// <summary>An election that has listened long enough and follows that master.</summary>
    private Election Following(NodeId master, ulong term, NodeId? self = null)
    {
        var election = New(self: self);
        for (var i = 0; i < 20; i++)
        {
            Beat(election, (master, Claim(master, term)));
        }

        Assert.Equal(new MasterDecision(MasterRole.Following, master, term), election.Decision);
        return election;
    }

    private void Beat(Election election, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            Beat(election, []);
        }
    }

    private void Beat(Election election, params (NodeId Node, ElectionNotice Notice)[] heard)
    {
        _now += Timing.Interval;
        foreach (var (node, notice) in heard)
        {
            election.Hear(node, 1, notice, _now);
        }

        election.Tick(_now);
    }
}
