using P2PMiner.Alerts;
using P2PMiner.History;
using P2PMiner.Silo.Alerts;
using P2PMiner.TestKit;
using static P2PMiner.Silo.Tests.Alerts.AlertCluster;

namespace P2PMiner.Silo.Tests.Alerts;

/// <summary>Who tells the owner what, while masters come and go.</summary>
public sealed class AlertServiceTests : IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Peers.NodeId Third = new(4);

    private readonly AlertCluster _cluster = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task NodeLost_AndBack_IsTwoMessages()
    {
        await Start3Async(configured: A);
        await _cluster.LoseAsync(Worker);
        await _cluster.PassAsync(10 * Minute);
        Assert.Equal(["node cccccccc is lost"], _cluster.Told);

        _cluster.Start(Worker, mayBeMaster: false);
        _cluster.Elect(A);
        await _cluster.PassAsync(10 * Minute);
        Assert.Equal(["node cccccccc is lost", "node cccccccc is back, after 7 min"], _cluster.Told);
        Assert.Equal(
            [("alert:node-lost", Worker), ("alert-end:node-lost", Worker)], _cluster.EventsOf(A).Select(one => (one.Kind, one.Node!.Value)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public async Task MasterIsKilledAfterItHasTold_TheNextOneTellsItsOwnNewsOnly(string configured)
    {
        await Start3Async(((Peers.NodeId[])[A, B, Worker]).Single(node => node.Short.StartsWith(configured)));
        await _cluster.LoseAsync(Worker);
        await _cluster.PassAsync(4 * Minute);
        Assert.Equal(["node cccccccc is lost"], _cluster.Told);

        await _cluster.KillAsync(A);
        _cluster.Elect(B);
        await _cluster.PassAsync(20 * Minute);

        Assert.Equal(["node cccccccc is lost", "node bbbbbbbb is master now, instead of node aaaaaaaa", "node aaaaaaaa is lost"], _cluster.Told);
        Assert.Equal([Worker, A], _cluster.DeskOf(B).Told.Where(one => one.IsOpen).OrderBy(one => one.UnixMs).Select(one => one.Node!.Value));
        Assert.Equal(["master", "node-lost"], _cluster.EventsOf(B).Select(one => one.Kind["alert:".Length..]));
    }

    [Fact]
    public async Task MasterDiesBetweenTellingAndSayingSo_IsToldTwiceAndNoMore()
    {
        await Start3Async(configured: A);
        _cluster.IsSilent = true;
        await _cluster.LoseAsync(Worker);
        await Eventually.HoldsAsync(
            async () =>
            {
                _cluster.Clock.Advance(AlertService.LookPeriod);
                await _cluster[A].LookAsync(CancellationToken.None);
                return _cluster.Told.Count > 0;
            }, "the message");
        await _cluster.KillAsync(A);
        _cluster.Elect(B);
        await _cluster.PassAsync(20 * Minute);

        Assert.Equal(2, _cluster.EventsOf(A).Concat(_cluster.EventsOf(B)).Count(one => one.Kind == "alert:node-lost" && one.Node == Worker));
    }

    [Fact]
    public async Task OwnersServerIsAway_NothingIsHeldUpAndTheNextMasterTellsIt()
    {
        await Start3Async(configured: A);
        _cluster.Owner.Answer = _ => (503, "");
        await _cluster.LoseAsync(Worker);
        await _cluster.PassAsync(10 * Minute);
        Assert.Equal(1, _cluster[A].GetStatus().Sinks[0].Waiting);
        Assert.Empty(_cluster.EventsOf(A));

        await _cluster.KillAsync(A);
        _cluster.Owner.Answer = _ => (200, "");
        var before = _cluster.Told.Count;
        _cluster.Elect(B);
        await _cluster.PassAsync(10 * Minute);

        Assert.Equal(2, _cluster.EventsOf(B).Count(one => one.Kind == "alert:node-lost"));
        Assert.Contains(_cluster.Told.Skip(before), text => text.Contains("is lost"));
    }

    [Fact]
    public async Task AllAreStartedAnew_WhatTheHistoryKnowsIsNotToldAgain()
    {
        _cluster.SharedEvents = [];
        await Start3Async(configured: A);
        await _cluster.LoseAsync(Worker);
        await _cluster.PassAsync(5 * Minute);

        _cluster.Start(A, _cluster.Options());
        _cluster.Start(B);
        _cluster.Elect(A);
        await _cluster.PassAsync(20 * Minute);
        Assert.Equal(["node cccccccc is lost"], _cluster.Told);

        _cluster.Start(Worker, mayBeMaster: false);
        _cluster.Elect(A);
        await _cluster.PassAsync(2 * Minute);
        Assert.Equal(2, _cluster.Told.Count);
    }

    [Fact]
    public async Task PoolIsAwayForAMoment_NothingIsTold()
    {
        await Start3Async(configured: A);
        _cluster.Pool = _cluster.Pool with { State = Pool.PoolState.Waiting };
        await _cluster.PassAsync(4 * Minute);
        _cluster.Pool = _cluster.Pool with { State = Pool.PoolState.Connected };
        await _cluster.PassAsync(4 * Minute);
        _cluster.Pool = _cluster.Pool with { State = Pool.PoolState.Waiting };
        await _cluster.PassAsync(4 * Minute);
        Assert.Empty(_cluster.Told);

        await _cluster.PassAsync(2 * Minute);
        Assert.Equal(["no pool has served for 5 min; tried last: pool.example:1"], _cluster.Told);
    }

    [Fact]
    public async Task PoolsAreChanged_AreToldOnceUnderWhicheverMaster()
    {
        await Start3Async(configured: B);
        _cluster.Pool = _cluster.Pool with { Pools = ["stratum+tcp://thief.example:1"] };
        await _cluster.KillAsync(A);
        _cluster.Elect(B);
        await _cluster.PassAsync(3 * Minute);
        _cluster.Start(A);
        _cluster.Elect(A);
        await _cluster.PassAsync(3 * Minute);

        Assert.Single(_cluster.Told, text => text.Contains("the pools were changed; now: stratum+tcp://thief.example:1"));
    }

    [Fact]
    public async Task MasterChangesAndComesBackWithinAMoment_IsNoNews()
    {
        await Start3Async(configured: A);
        _cluster.Elect(B);
        await _cluster.PassAsync(AlertService.LookPeriod * 2);
        _cluster.Elect(A);
        await _cluster.PassAsync(5 * Minute);

        Assert.Empty(_cluster.Told);
    }

    [Fact]
    public async Task Summary_OfADay_IsSentOnceAlthoughTheMasterChanges()
    {
        await Start3WithAsync(new() { WebhookUrl = _cluster.Owner.Url, SummaryHour = 12, MasterChanged = false });
        _cluster.Elect(B);
        await _cluster.PassAsync(3 * Minute);

        Assert.Single(_cluster.Told, text => text.StartsWith("last 24 h: "));
    }

    [Fact]
    public async Task SlowNode_IsToldAndWhatIsUsualStaysWhatItWas()
    {
        for (var index = 0; index < 144; index++)
        {
            _cluster.Samples.Add(History.Diary.Minute(Worker, _cluster.Clock.GetUtcNow().AddMinutes(-10 * (index + 3)), 6000) with
            {
                Step = HistoryStep.TenMinutes,
                ObservedSeconds = 600,
            });
        }

        await Start3Async(configured: A);
        for (var minute = 0; minute < 200; minute++)
        {
            _cluster.Samples.Add(History.Diary.Minute(Worker, _cluster.Clock.GetUtcNow(), minute is > 20 and < 180 ? 3000 : 6000));
            await _cluster.PassAsync(Minute);
        }

        Assert.Equal(2, _cluster.Told.Count);
        Assert.Equal("node cccccccc hashes 67 H/s, 67 % of its mean of a day, 100 H/s", _cluster.Told[0]);
        Assert.StartsWith("node cccccccc hashes 77 H/s, 77 % of its mean of a day, 100 H/s, after 2 h", _cluster.Told[1]);
    }

    [Fact]
    public async Task Heartbeat_IsWellThenFailsThenIsWell()
    {
        await Start3WithAsync(new() { HeartbeatUrl = $"{_cluster.Owner.Url}/beat", NodeLostAfter = Minute });
        await BeatsAsync("/beat");
        await _cluster.LoseAsync(Worker);
        await _cluster.PassAsync(2 * Minute);
        await BeatsAsync("/beat/fail");

        // After an hour it may have been taken away.
        await _cluster.PassAsync(60 * Minute);
        await BeatsAsync("/beat");
        Assert.Equal(["alert:node-lost"], _cluster.EventsOf(A).Select(one => one.Kind));
    }

    [Fact]
    public async Task Share_Worker_PassesOnItsSettingsAndIsToldNone()
    {
        await Start3Async(configured: Worker);
        Assert.Equal(Worker, _cluster.DeskOf(B).Settings!.Origin);
        Assert.Equal(AlertShare.None, _cluster[A].Share(_cluster.DeskOf(Worker).Known()));
        Assert.Equal(AlertShare.None, _cluster[A].Share(new() { Told = [] }));
        Assert.NotNull(_cluster[A].Share(new() { From = B, Told = [] }).Settings);
    }

    [Fact]
    public async Task Share_MailCommand_StaysWhereItIs()
    {
        await Start3WithAsync(new() { WebhookUrl = _cluster.Owner.Url, MailCommand = "/bin/true" });

        Assert.Equal(["webhook", "mail"], (await _cluster[A].TestAsync()).Select(sink => sink.Sink));
        Assert.Equal(["webhook"], (await _cluster[B].TestAsync()).Select(sink => sink.Sink));
    }

    [Fact]
    public async Task Share_NodeIsStartedWithOtherSettings_TheOthersFollow()
    {
        await Start3Async(configured: B);
        _cluster.Start(B, new() { WebhookUrl = "https://other.example" });
        _cluster.Elect(A);
        await _cluster.PassAsync(Minute);
        Assert.Equal("https://other.example", _cluster.DeskOf(A).Settings!.WebhookUrl);

        _cluster.Start(B);
        _cluster.Elect(A);
        await _cluster.PassAsync(Minute);
        Assert.Null(_cluster.DeskOf(A).Settings);
    }

    [Fact]
    public async Task Share_NodeIsStartedWithoutSettings_WhatOthersHaveHeardOfItCountsNoMore()
    {
        await Start3Async(configured: A);
        _cluster.Start(A);
        _cluster.Start(Third);
        _cluster.Elect(Third);
        await _cluster.PassAsync(Minute);

        Assert.Null(_cluster.DeskOf(Third).Settings);
    }

    [Fact]
    public async Task Share_SettingsThatNoOwnerCouldHave_AreRefused()
    {
        await Start3WithAsync(null);
        var settings = new AlertOptions { TelegramToken = "1:x/../..", TelegramChat = "1" }.ToSettings(B);
        _cluster[A].Share(new() { From = B, Settings = settings, Told = [] });

        Assert.Null(_cluster.DeskOf(A).Settings);
        Assert.Contains($"alerts: settings of node {B.Short} are refused: TelegramToken: is not a bot's token", _cluster.Log.Text);
    }

    [Fact]
    public async Task Hear_TimesToCome_AreIgnored()
    {
        await Start3Async(configured: A);
        var tomorrow = _cluster.Clock.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();
        _cluster[A].Hear([new() { Rule = AlertRule.NodeLost, Node = Worker, IsOpen = true, UnixMs = tomorrow, Text = "" }]);

        Assert.DoesNotContain(_cluster.DeskOf(A).Told, one => one.IsOpen);
    }

    [Fact]
    public async Task Test_SomeSinksFail_SaysWhichAndWhy()
    {
        await Start3WithAsync(new() { WebhookUrl = _cluster.Owner.Url, MailCommand = "/bin/false", HeartbeatUrl = $"{_cluster.Owner.Url}/beat" });
        _cluster.Owner.Answer = request => (request.Path.StartsWith("/beat") ? 404 : 200, "");

        Assert.Equal(
            [("webhook", null), ("mail", "it ends with exit code 1"), ("heartbeat", "it answers 404 NotFound")],
            (await _cluster[A].TestAsync()).Select(sink => (sink.Sink, sink.Failure)));
        Assert.Contains("This is a test of the alerts", Assert.Single(_cluster.Told));
    }

    [Fact]
    public async Task Test_AskedForWithoutEnd_IsSentOnce()
    {
        await Start3Async(configured: A);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _cluster[A].TestAsync()));
        await _cluster[A].TestAsync();

        Assert.Single(_cluster.Told);
    }

    [Fact]
    public async Task Status_ShowsSinksRulesAndWhatIsOpen()
    {
        await Start3Async(configured: B);
        await _cluster.LoseAsync(Worker);
        await _cluster.PassAsync(5 * Minute);
        var status = _cluster[A].GetStatus();

        Assert.Equal((B, "webhook", $"127.0.0.1:{_cluster.Owner.Port}"), (status.Origin!.Value, status.Sinks[0].Sink, status.Sinks[0].Where));
        Assert.Equal("a node is missing for 3 min", status.Rules[0].Text);
        Assert.Equal("node cccccccc is lost", Assert.Single(status.Open).Text);
        Assert.Null(status.FindFault());
    }

    private Task Start3Async(Peers.NodeId configured) => Start3WithAsync(_cluster.Options(), configured);

    /// <summary>A is master, and all have settled.</summary>
    private async Task Start3WithAsync(AlertOptions? options, Peers.NodeId? configured = null)
    {
        foreach (var node in (Peers.NodeId[])[A, B, Worker])
        {
            _cluster.Start(node, node == (configured ?? A) ? options : null, mayBeMaster: node != Worker);
        }

        _cluster.Elect(A);
        await _cluster.PassAsync(2 * Minute);
    }

    private async Task BeatsAsync(string path)
    {
        var before = _cluster.Owner.Requests.Count;
        await _cluster.Clock.AdvanceUntilAsync(
            Task.Run(async () =>
            {
                await Eventually.HoldsAsync(() => _cluster.Owner.Requests.Skip(before).Any(request => request.Path == path), path);
                return true;
            }), "a heartbeat", TimeSpan.FromSeconds(1));
    }
}
