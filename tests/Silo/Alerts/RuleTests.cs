using P2PMiner.Alerts;
using P2PMiner.History;
using P2PMiner.Jobs;
using P2PMiner.Peers;
using P2PMiner.Pool;
using P2PMiner.Silo.Alerts;
using static P2PMiner.Silo.Tests.History.Diary;
using static P2PMiner.Silo.Tests.History.SamplingTests;

namespace P2PMiner.Silo.Tests.Alerts;

/// <summary>What each rule says of what is seen.</summary>
public sealed class RuleTests
{
    private static readonly AlertSettings Settings = new AlertOptions().ToSettings(Self);
    private static readonly AlertSettings Off = Settings with
    {
        NodeLostAfter = default,
        PoolLostAfter = default,
        RateBelowPercent = 0,
        NoHashesFor = default,
        RejectPercent = 0,
        TemperatureAbove = 0,
        WrongHashes = false,
        HugePagesMissing = false,
        MasterChanged = false,
        PoolsChanged = false,
        SummaryHour = null,
    };

    /// <summary>Of a node that hashed 100 H/s all day.</summary>
    private static readonly UsualWork Usual = new(4, "fast", 100, HadHugePages: true);

    [Fact]
    public void NodeLost_NoBeaconAndNoReport_IsBad()
    {
        var look = new ClusterLook { Heard = [Self], Job = Job(0, Work(Other, 1) with { Gone = true }) };

        Assert.Equal([(Self, false), (Other, true)], Nodes(look, [Other]));
        Assert.Equal([(Self, false), (Other, false)], Nodes(look with { Heard = [Self, Other] }, [Other]));
    }

    [Fact]
    public void NodeLost_WorkerThatOnlyReports_IsThereUntilItIsSilent()
    {
        var look = new ClusterLook { Heard = [Self], Job = Job(0, Work(Other, 1)) };

        Assert.Equal([(Self, false), (Other, false)], Nodes(look, []));
        Assert.Equal([(Self, false), (Other, true)], Nodes(look with { Job = Job(0, Work(Other, 1) with { Silent = TimeSpan.FromMinutes(1) }) }, [Other]));
        Assert.Equal([(Self, false), (Other, null)], Nodes(look with { Job = null }, [Other]));
    }

    [Theory]
    [InlineData(PoolState.Connected, false)]
    [InlineData(PoolState.Connecting, true)]
    [InlineData(PoolState.Waiting, true)]
    [InlineData(PoolState.None, null)]
    public void PoolLost_AnyState_IsBadWhileNoneServes(PoolState state, bool? isBad)
    {
        var verdicts = new ClusterLook { Heard = [Self], Pool = Served() with { State = state } }.Judge(Settings, [], node => node.Short);

        Assert.Equal(isBad, verdicts.SingleOrDefault(verdict => verdict.Rule == AlertRule.PoolLost).IsBad);
    }

    [Theory]
    [InlineData(true, 3, true)]
    [InlineData(true, 0, null)]
    [InlineData(false, 3, false)]
    public void WrongHashes_Quarantine_IsBadUnlessItWasCommanded(bool isQuarantined, int invalid, bool? isBad)
    {
        var look = new ClusterLook { Heard = [Self], Job = Job(0, Work(Other, 1) with { Quarantined = isQuarantined, Invalid = invalid }) };

        Assert.Equal(isBad, look.Judge(Settings, [], node => node.Short).Single(verdict => verdict.Rule == AlertRule.WrongHashes).IsBad);
    }

    [Theory]
    [InlineData(65, true)]
    [InlineData(72, null)]
    [InlineData(76, false)]
    public void Rate_AgainstItsOwnMean_IsBadBelowAndWellSomewhatAbove(int rate, bool? isBad)
        => Assert.Equal(isBad, Of(AlertRule.Rate, Minutes(20, minute => minute with { Rate = new(rate) })));

    [Fact]
    public void Rate_OfANodeThatWasToWorkOtherwise_IsNotKnown()
    {
        Assert.Null(Of(AlertRule.Rate, Minutes(20, minute => minute with { Rate = new(10), State = PeerState.Paused })));
        Assert.Null(Of(AlertRule.Rate, Minutes(20, minute => minute with { Rate = new(10), Threads = 1 })));
        Assert.Null(Of(AlertRule.Rate, Minutes(20, minute => minute with { Rate = new(10) }), Usual with { Rate = null }));
        Assert.Null(Of(AlertRule.Rate, Minutes(10, minute => minute with { Rate = new(10) })));
        Assert.Null(Of(AlertRule.Rate, Minutes(20, minute => minute with { Rate = default })));
    }

    [Fact]
    public void NoHashes_ForItsTime_IsBadAndTheFirstHashIsWell()
    {
        HistorySample Still(HistorySample minute) => minute with { Rate = default, Hashes = 0 };

        Assert.True(Of(AlertRule.NoHashes, Minutes(10, Still)));
        Assert.True(Of(AlertRule.NoHashes, Minutes(10, minute => Still(minute) with { State = PeerState.Failed })));
        Assert.Null(Of(AlertRule.NoHashes, Minutes(10, minute => Still(minute) with { State = PeerState.Idle })));
        Assert.Null(Of(AlertRule.NoHashes, Minutes(7, Still)));
        Assert.False(Of(AlertRule.NoHashes, Spaced([.. Minutes(9, Still), .. Minutes(1, minute => minute)])));
    }

    [Theory]
    [InlineData("96 96 96", true)]
    [InlineData("96 94 96", null)]
    [InlineData("96 96", null)]
    [InlineData("96 96 91", null)]
    [InlineData("96 96 90", false)]
    public void Temperature_OfThreeMinutes_IsBadAboveAndWellWhenItIsFiveBelow(string degrees, bool? isBad)
    {
        var minutes = degrees.Split(' ').Select(text => Minute(Other, Start) with { Celsius = double.Parse(text) });

        Assert.Equal(isBad, Of(AlertRule.Temperature, Spaced([.. minutes])));
    }

    [Fact]
    public void Temperature_ThatCannotBeRead_IsNotKnown()
        => Assert.Null(Of(AlertRule.Temperature, Minutes(5, minute => minute with { Celsius = null })));

    [Fact]
    public void HugePages_LostSinceARestart_AreBad()
    {
        HistorySample Without(HistorySample minute) => minute with { HugePages = 12 };

        Assert.True(Of(AlertRule.HugePages, Minutes(3, Without)));
        Assert.Null(Of(AlertRule.HugePages, Minutes(3, Without), Usual with { HadHugePages = false }));
        Assert.Null(Of(AlertRule.HugePages, Minutes(2, Without)));
        Assert.Null(Of(AlertRule.HugePages, Minutes(3, minute => Without(minute) with { HugePagesWanted = 0 })));
        Assert.False(Of(AlertRule.HugePages, Minutes(3, minute => minute)));
    }

    [Theory]
    [InlineData(100, 12, true)]
    [InlineData(100, 9, null)]
    [InlineData(100, 8, false)]
    [InlineData(10, 10, null)]
    public void Rejects_OfAnHour_AreJudgedWhenThereAreEnough(int shares, int rejected, bool? isBad)
    {
        var minute = Minute(null, Start) with { Shares = new() { Accepted = shares - rejected, Rejected = rejected } };

        Assert.Equal(isBad, new PastLook(Settings, node => node.Short, Start).JudgeCluster([minute]).SingleOrDefault().IsBad);
    }

    [Fact]
    public void Samples_ThatAreOld_SayNothing()
        => Assert.Empty(new PastLook(Settings, node => node.Short, Start.AddMinutes(24)).Judge(Other, Minutes(20, minute => minute), Usual));

    [Fact]
    public void Rules_SwitchedOff_SayNothing()
    {
        var look = new ClusterLook { Heard = [Self], Job = Job(0, Work(Other, 1) with { Quarantined = true, Invalid = 3, Gone = true }), Pool = Served() };
        var past = new PastLook(Off, node => node.Short, Start.AddMinutes(20));

        Assert.Empty(look.Judge(Off, [Other], node => node.Short));
        Assert.Empty(past.Judge(Other, Minutes(20, minute => minute with { Rate = new(1), Celsius = 120, HugePages = 0 }), Usual));
        Assert.Empty(past.JudgeCluster([Minute(null, Start) with { Shares = new() { Rejected = 100 } }]));
        Assert.All(RuleList.Of(Off), rule => Assert.Equal((false, "off"), (rule.IsOn, rule.Text)));
        Assert.All(RuleList.Of(Settings), rule => Assert.True(rule.IsOn));
    }

    [Fact]
    public void Usual_IsTheMeanOfTimesWithTheSameWork()
    {
        var now = Minute(Other, Start);
        var past = Enumerable.Range(0, 12).Select(index => now with
        {
            Step = HistoryStep.TenMinutes,
            ObservedSeconds = 600,
            Rate = new(index < 6 ? 100 : 300),
            Threads = index < 6 ? 4 : 8,
            HugePages = index == 11 ? 1168 : 0,
        }).ToList();

        Assert.Equal(new(4, "fast", 100, HadHugePages: true), UsualWork.Of(past, now));
        Assert.Equal(new(4, "fast", null, HadHugePages: false), UsualWork.Of(past[1..6], now));
        Assert.Equal(new(4, "fast", null, HadHugePages: false), UsualWork.Of([.. past.Select(sample => sample with { State = PeerState.Paused })], now));
    }

    [Theory]
    [InlineData(8, "2026-12-01T08:00:00Z", null, true)]
    [InlineData(8, "2026-12-01T08:59:59Z", "2026-11-30T08:00:10Z", true)]
    [InlineData(8, "2026-12-01T08:30:00Z", "2026-12-01T08:00:10Z", false)]
    [InlineData(8, "2026-12-01T09:00:00Z", null, false)]
    [InlineData(0, "2026-12-01T00:00:05Z", "2026-11-30T00:00:05Z", true)]
    [InlineData(null, "2026-12-01T08:00:00Z", null, false)]
    public void Summary_IsDueOnceADayWithinItsHour(int? hour, string now, string? last, bool isDue)
        => Assert.Equal(isDue, DailySummary.IsDue(hour, DateTimeOffset.Parse(now), last is null ? null : DateTimeOffset.Parse(last)));

    [Fact]
    public void Summary_OfADay_TellsRateSharesAndNodes()
    {
        var samples = Enumerable.Range(0, 144).Select(_ => Minute(null, Start) with { Step = HistoryStep.TenMinutes, ObservedSeconds = 600, Rate = new(250) });

        Assert.Equal(
            "last 24 h: 250 H/s, 288 of 432 shares accepted (66.7 %); 2 of 3 nodes are there; 1 alert is open: p2p-console alert",
            DailySummary.Of([.. samples], 2, 3, 1, Start).Text);
        Assert.Equal("last 24 h: no hashes were seen, no shares; 1 of 1 nodes are there; all is well", DailySummary.Of([], 1, 1, 0, Start).Text);
    }

    private static IEnumerable<(NodeId, bool?)> Nodes(ClusterLook look, IReadOnlyCollection<NodeId> expected)
        => look.Judge(Settings, expected, node => node.Short).Where(verdict => verdict.Rule == AlertRule.NodeLost).OrderBy(verdict => verdict.Node)
            .Select(verdict => (verdict.Node!.Value, verdict.IsBad));

    private static bool? Of(string rule, IReadOnlyList<HistorySample> minutes, UsualWork? usual = null)
        => new PastLook(Settings, node => node.Short, Start.AddMinutes(minutes.Count)).Judge(Other, minutes, usual ?? Usual)
            .Single(verdict => verdict.Rule == rule).IsBad;

    private static IReadOnlyList<HistorySample> Minutes(int count, Func<HistorySample, HistorySample> with)
        => Spaced([.. Enumerable.Range(0, count).Select(_ => with(Minute(Other, Start)))]);

    /// <summary>One after the other.</summary>
    private static IReadOnlyList<HistorySample> Spaced(IReadOnlyList<HistorySample> samples)
        => [.. samples.Select((sample, index) => sample with { UnixSeconds = Start.AddMinutes(index).ToUnixTimeSeconds() })];
}
