using P2PMiner.Grains.Hashing;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Peers;

/// <summary>Work in, slices out, shares and counts back.</summary>
public sealed class MiningLoopTests : IDisposable
{
    private readonly LoopHarness _peer = new();

    private HeldEngine Engine => _peer.Engine;

    public void Dispose() => _peer.Dispose();

    [Fact]
    public void Join_JobGrainHasWork_EachThreadGetsASliceAndTheNextWhenItIsDone()
    {
        _peer.Join(unit: LoopHarness.Unit(1));

        Assert.Equal((LoopHarness.SlicesWanted, PeerState.Mining), (Engine.Own.Count, _peer.State));
        _peer.Do(() => Engine.End());

        Assert.Equal(LoopHarness.SlicesWanted, Engine.Own.Count);
        Assert.Equal([0u, 4, 8, 12], Engine.Begun.Select(slice => slice.Range.First - (1 << 20)));
        Assert.All(
            Engine.Begun, slice => Assert.Equal((LoopHarness.FirstSlice, _peer.Epoch.Current), (slice.Range.Count, slice.Generation)));
    }

    [Fact]
    public void Join_SlicesAreDone_TheyGrowToATenthOfASecond()
    {
        _peer.Join(unit: LoopHarness.Unit(1));

        _peer.Do(() => Engine.End(elapsed: TimeSpan.FromMilliseconds(10)));

        Assert.Equal(40UL, Engine.Begun[^1].Range.Count);
    }

    [Fact]
    public void Join_NoWork_IsIdleAndAsksWithEachTick()
    {
        var jobs = _peer.Join();
        Assert.Equal(PeerState.Idle, _peer.State);

        _peer.Tick();
        jobs.Unit = LoopHarness.Unit(1);
        _peer.Tick();

        Assert.Equal((3, PeerState.Mining), (jobs.Questions.Count, _peer.State));
    }

    [Fact]
    public void Pump_LittleIsLeft_AsksForTheNextUnitOnce()
    {
        Engine.Status = Engine.Status with { Rates = new() { Current = new(10) } };
        var jobs = _peer.Join(unit: LoopHarness.Unit(1, count: 64));   // 12 are out, 52 left, more than five seconds of work
        Assert.Single(jobs.Questions);

        jobs.HoldsAnswers = true;
        _peer.Do(() => Engine.End());
        _peer.Do(() => Engine.End());
        Assert.Equal([default, new(10)], jobs.Questions);
        _peer.Do(() => jobs.Answer(LoopHarness.Unit(1, lease: 2)));

        _peer.Do(() => Engine.End());
        Assert.Equal(2, jobs.Questions.Count);
    }

    [Fact]
    public void Assign_NewJob_EndsTheSlicesOfTheOldOne()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        Engine.DoneWhenPreempted = 1;

        _peer.Assign(LoopHarness.Unit(2));

        Assert.Equal(LoopHarness.SlicesWanted, Engine.Own.Count);
        Assert.All(Engine.Own, held => Assert.True(LoopHarness.Unit(2).Range.Contains(held.Slice.Range.First), $"{held.Slice.Range}"));
        Assert.All(Engine.Own, held => Assert.Equal(_peer.Epoch.Current, held.Slice.Generation));
        _peer.Tick();
        Assert.Equal(new() { [1] = LoopHarness.SlicesWanted }, _peer.Reported());
    }

    [Fact]
    public void Assign_MoreOfTheSameJob_LetsTheSlicesRun()
    {
        _peer.Join(unit: LoopHarness.Unit(1));
        var running = Engine.Own.ToArray();

        _peer.Assign(LoopHarness.Unit(1, lease: 2));

        Assert.Equal(running, Engine.Own);
    }

    [Theory]
    [InlineData("b", 2)]
    [InlineData("a", 0)]
    public void Assign_OfAnotherSessionOrAnEarlierJob_IsIgnored(string session, ulong generation)
    {
        _peer.Join(unit: LoopHarness.Unit(1));
        var running = Engine.Own.ToArray();

        _peer.Do(loop => loop.Assign(session, LoopHarness.Unit(generation), generation));
        _peer.Do(loop => loop.Assign(session, null, generation));

        Assert.Equal((1UL, PeerState.Mining), (_peer.Status.Generation, _peer.State));
        Assert.Equal(running, Engine.Own);
    }

    [Fact]
    public void Assign_NoWork_StopsUntilThereIsSome()
    {
        _peer.Join(unit: LoopHarness.Unit(1)).Unit = null;

        _peer.Tell(null, generation: 2);
        Assert.Equal((PeerState.Idle, 0), (_peer.State, Engine.Own.Count));
        _peer.Tick();
        Assert.Equal(PeerState.Idle, _peer.State);

        _peer.Assign(LoopHarness.Unit(3));
        Assert.Equal(PeerState.Mining, _peer.State);
    }

    [Fact]
    public void Tick_WorkWasTold_TheJobGrainIsAskedAboutItOnce()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        _peer.Assign(LoopHarness.Unit(2));
        var before = jobs.Questions.Count;

        _peer.Tick();
        _peer.Tick();

        Assert.Equal((before + 1, 2UL), (jobs.Questions.Count, _peer.Status.Generation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tick_JobGrainIsAtAnEarlierJob_WhatWasToldIsDropped(bool withUnit)
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(2));
        var told = LoopHarness.Unit(2) with { Generation = ulong.MaxValue, LeaseId = 99 };

        _peer.Tell(withUnit ? told : null, ulong.MaxValue);
        Assert.Equal(withUnit ? ulong.MaxValue : 2, _peer.Status.Generation);   // without work it asks at once
        _peer.Tick();

        Assert.Equal((2UL, LoopHarness.SlicesWanted), (_peer.Status.Generation, Engine.Own.Count));
        Assert.Single(_peer.Log.Entries, entry => entry.Id == 5009);
        Assert.All(Engine.Own, held => Assert.Equal(_peer.Epoch.Current, held.Slice.Generation));
        var before = jobs.Questions.Count;
        _peer.Tick();
        Assert.Equal(before, jobs.Questions.Count);
    }

    [Fact]
    public void Tick_NewerWorkIsToldDuringTheQuestion_TheAnswerProvesNothingAndItIsAskedAgain()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        _peer.Tell(LoopHarness.Unit(2));
        jobs.HoldsAnswers = true;
        _peer.Do(loop => { _ = loop.TickAsync(); });

        _peer.Tell(LoopHarness.Unit(3));
        _peer.Do(() => jobs.Answer(LoopHarness.Unit(1)));

        Assert.Equal(3UL, _peer.Status.Generation);
        Assert.DoesNotContain(_peer.Log.Entries, entry => entry.Id == 5009);
        jobs.HoldsAnswers = false;
        jobs.Unit = LoopHarness.Unit(3);
        var before = jobs.Questions.Count;
        _peer.Tick();
        Assert.Equal(before + 1, jobs.Questions.Count);
    }

    [Fact]
    public void Assign_OfAnotherSeed_IsAskedAboutAndNothingIsPreparedForIt()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        var before = jobs.Questions.Count;

        _peer.Tell(LoopHarness.Unit(9, seed: 9) with { NextSeed = LoopHarness.SeedOf(10) });

        Assert.Equal((before + 1, 1UL), (jobs.Questions.Count, _peer.Status.Generation));
        Assert.Null(Engine.Expected);
        Assert.Equal([LoopHarness.SeedOf(1)], Engine.Prepared);
        _peer.Assign(LoopHarness.Unit(9, seed: 9) with { NextSeed = LoopHarness.SeedOf(10) });
        Assert.Equal((9UL, LoopHarness.SeedOf(10)), (_peer.Status.Generation, Engine.Expected));
        Assert.Equal([LoopHarness.SeedOf(1), LoopHarness.SeedOf(9)], Engine.Prepared);
    }

    [Fact]
    public void Prepare_TakesItsTime_ThreadsWaitForIt()
    {
        Engine.HoldsPreparations = true;
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        _peer.Tick();
        Assert.Equal((PeerState.Preparing, 0, 1), (_peer.State, Engine.Own.Count, jobs.Questions.Count));

        _peer.Do(() => Engine.EndPreparation());

        Assert.Equal((PeerState.Mining, LoopHarness.SlicesWanted), (_peer.State, Engine.Own.Count));
    }

    [Fact]
    public void Prepare_AnotherSeedTakesOver_ThatOneCounts()
    {
        Engine.HoldsPreparations = true;
        _peer.Join(unit: LoopHarness.Unit(1));

        _peer.Assign(LoopHarness.Unit(2, seed: 2));
        Assert.Equal(PeerState.Preparing, _peer.State);
        _peer.Do(() => Engine.EndPreparation());

        Assert.Equal([LoopHarness.SeedOf(1), LoopHarness.SeedOf(2)], Engine.Prepared);
        Assert.All(Engine.Begun, slice => Assert.Equal(LoopHarness.SeedOf(2), slice.Seed));
        Assert.Equal(LoopHarness.SlicesWanted, Engine.Own.Count);
    }

    [Theory]
    [InlineData(typeof(HashEngineException))]
    [InlineData(typeof(InvalidOperationException))]
    public void Prepare_Fails_SaysWhyAndTriesTheNextSeedOnly(Type kind)
    {
        Engine.HoldsPreparations = true;
        _peer.Join(unit: LoopHarness.Unit(1));

        _peer.Do(() => Engine.EndPreparation((Exception)Activator.CreateInstance(kind, "no memory at all")!));
        Assert.Equal((PeerState.Failed, "no memory at all"), (_peer.State, _peer.Status.Failure));
        Assert.Single(_peer.Log.Entries, entry => entry is { Id: 5002, Text: "this node cannot mine: no memory at all" });
        _peer.Assign(LoopHarness.Unit(2));
        _peer.Tick();
        Assert.Single(Engine.Prepared);

        _peer.Assign(LoopHarness.Unit(3, seed: 2));
        Assert.Equal(PeerState.Failed, _peer.State);   // not before it is there
        _peer.Do(() => Engine.EndPreparation());
        Assert.Equal((PeerState.Mining, null), (_peer.State, _peer.Status.Failure));
    }

    [Fact]
    public void Search_EngineFails_SaysSoAndTriesTheNextSeedOnly()
    {
        _peer.Join(unit: LoopHarness.Unit(1));

        _peer.Do(() => Engine.Fail(new HashEngineException("the library failed")));
        _peer.Do(() => Engine.End());
        Assert.Equal((PeerState.Failed, "the library failed", 1), (_peer.State, _peer.Status.Failure, Engine.Own.Count));
        _peer.Tick();
        Assert.Single(Engine.Prepared);

        _peer.Assign(LoopHarness.Unit(2, seed: 2));
        Assert.Equal((PeerState.Mining, null, LoopHarness.SlicesWanted), (_peer.State, _peer.Status.Failure, Engine.Own.Count));
    }

    [Theory]
    [InlineData(typeof(IOException), 1)]
    [InlineData(typeof(InvalidOperationException), 1)]
    [InlineData(typeof(SiloUnavailableException), 1)]
    [InlineData(typeof(OperationCanceledException), 0)]
    public void Search_CallDoesNotComeThrough_IsNoFailureOfTheEngineAndIsTriedAgainWithOtherNonces(Type kind, int lines)
    {
        Engine.CutOff = (Exception)Activator.CreateInstance(kind)!;
        _peer.Join(unit: LoopHarness.Unit(1));
        Assert.Equal((LoopHarness.SlicesWanted, PeerState.Mining, null), (Engine.Begun.Count, _peer.State, _peer.Status.Failure));

        _peer.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(LoopHarness.SlicesWanted, Engine.Begun.Count);
        Engine.CutOff = null;
        _peer.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((2 * LoopHarness.SlicesWanted, LoopHarness.SlicesWanted), (Engine.Begun.Count, Engine.Own.Count));
        Assert.Equal(Engine.Begun.Count, Engine.Begun.DistinctBy(slice => slice.Range.First).Count());
        Assert.Equal(lines, _peer.Log.Entries.Count(entry => entry.Id == 5008));
        _peer.Do(() => Engine.End());
        _peer.Tick();
        Assert.Equal(new() { [1] = LoopHarness.FirstSlice }, _peer.Reported());
    }

    [Theory]
    [InlineData(ShareOutcome.Accepted, 1, 1.0)]
    [InlineData(ShareOutcome.Stale, 0, 0.0)]
    public void Submit_Answered_CountsTheNodesOwnShare(ShareOutcome outcome, int accepted, double credited)
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        jobs.OnShare = () => Task.FromResult(outcome);
        var hash = Hash256.MaxValue with { W3 = 1 };

        _peer.Do(() => Engine.End(hits: new NonceHit(1 << 20, hash)));

        var counts = _peer.Shares.Read();
        Assert.Equal((accepted, 1, credited), (counts.Accepted, counts.Total, counts.Credited));
        Assert.Equal(accepted == 1 ? [(double)new Target { Limit = hash }.Difficulty] : [], counts.Best);
    }

    [Fact]
    public void Join_AnotherSessionWhileSlicesAreOut_SharesGoToTheOldOneAndCountsDoNot()
    {
        var old = _peer.Join("a", LoopHarness.Unit(5));
        var present = _peer.Join("b");
        Assert.Equal((PeerState.Mining, 0UL), (_peer.State, _peer.Status.Generation));   // the threads go on

        _peer.Do(() => Engine.End(hashes: 2, hits: new NonceHit(5 << 20, default)));
        var before = Engine.Begun.Count;
        _peer.Assign(LoopHarness.Unit(1));
        _peer.Tick();

        var share = Assert.Single(old.Shares);
        Assert.Equal((new(1), 5UL, 5UL, 7u, 5u << 20), (share.Peer, share.LeaseId, share.JobSerial, share.ExtraNonce, share.Nonce));
        Assert.Empty(present.Shares);
        Assert.Equal([0UL], present.Reports.Select(report => report.LeaseId));   // a sign of life
        Assert.Empty(old.Reports);
        Assert.Equal(LoopHarness.SlicesWanted, Engine.Begun.Count - before);
        Assert.All(Engine.Begun[before..], slice => Assert.True(LoopHarness.Unit(1).Range.Contains(slice.Range.First)));
    }

    [Fact]
    public void Join_AnotherSessionDuringAQuestion_TheLateAnswerIsIgnored()
    {
        var old = _peer.Join("a");
        old.HoldsAnswers = true;
        _peer.Do(loop => { _ = loop.TickAsync(); });

        var present = _peer.Join("b");
        _peer.Do(() => old.Answer(LoopHarness.Unit(9)));

        Assert.Equal((0UL, PeerState.Idle, 1), (_peer.Status.Generation, _peer.State, present.Questions.Count));
    }

    [Fact]
    public void Join_TheSessionMovesDuringAReport_TheRestIsNotReportedToEither()
    {
        var old = _peer.Join("a", LoopHarness.Unit(1));
        _peer.Do(() => Engine.End());
        _peer.Assign(LoopHarness.Unit(2));
        _peer.Do(() => Engine.End());
        var present = new FakeJobs();
        old.OnReport = () =>
        {
            old.OnReport = () => Task.CompletedTask;
            return _peer.Loop.JoinAsync("b", present);
        };

        _peer.Tick();
        Assert.Equal((1, 0), (old.Reports.Count, present.Reports.Count));
        _peer.Tick();
        Assert.Single(old.Reports);
        Assert.Equal([0UL], present.Reports.Select(report => report.LeaseId));   // a sign of life
    }

    [Fact]
    public void Tick_ReportIsLost_ItsHashesAreReportedWithTheNext()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        _peer.Do(() => Engine.End());
        jobs.Unreachable = new TimeoutException();
        _peer.Tick();
        Assert.Single(
            _peer.Log.Entries, entry => entry is { Id: 5003, Text: "no answer from the job grain: no answer in time; asking again" });

        jobs.Unreachable = null;
        _peer.Do(() => Engine.End());
        _peer.Tick();

        Assert.Equal(new() { [1] = 2 * LoopHarness.FirstSlice }, _peer.Reported());
    }

    [Fact]
    public void Tick_PausedBetweenTwoReports_TheSecondSaysSo()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        _peer.Do(() => Engine.End());
        _peer.Assign(LoopHarness.Unit(2));
        _peer.Do(() => Engine.End());
        jobs.OnReport = () =>
        {
            _peer.Loop.Pause();
            return Task.CompletedTask;
        };

        _peer.Tick();

        Assert.Equal([PeerState.Mining, PeerState.Paused], jobs.Reports.Select(report => report.State));
    }

    [Fact]
    public void Tick_NothingHasChanged_AnnouncesEverySixSecondsAndToANewSession()
    {
        var jobs = _peer.Join("a");
        _peer.Clock.Advance(TimeSpan.FromSeconds(5.9));
        _peer.Tick();
        Assert.Single(jobs.Announcements);
        _peer.Clock.Advance(TimeSpan.FromSeconds(0.1));
        _peer.Tick();
        Assert.Equal(2, jobs.Announcements.Count);

        Engine.Status = Engine.Status with { DatasetMode = DatasetMode.Light };
        _peer.Tick();
        Assert.Equal("light", jobs.Announcements[2].DatasetMode);
        Assert.Single(_peer.Join("b").Announcements);
        Assert.Single(_peer.Join("a").Announcements);
    }

    [Fact]
    public void Submit_WayToTheJobGrainIsLost_TriesForHalfAMinute()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        jobs.OnShare = () => Task.FromException<ShareOutcome>(new SiloUnavailableException());

        _peer.Do(() => Engine.End(hits: new NonceHit(1 << 20, default)));
        for (var i = 0; i < 100; i++)
        {
            _peer.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.Equal(60, jobs.Shares.Count);
        Assert.Single(
            _peer.Log.Entries,
            entry => entry is { Id: 5004, Text: "share 00100000 could not be handed in: its silo cannot be reached" });
    }

    [Fact]
    public void Submit_WayToTheJobGrainIsBack_TheShareIsThere()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        jobs.OnShare = () => jobs.Shares.Count < 4
            ? Task.FromException<ShareOutcome>(new SiloUnavailableException()) : Task.FromResult(ShareOutcome.Accepted);

        _peer.Do(() => Engine.End(hits: new NonceHit(1 << 20, default)));
        for (var i = 0; i < 10; i++)
        {
            _peer.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.Equal(4, jobs.Shares.Count);
        Assert.Equal(1, _peer.Shares.Read().Accepted);
        Assert.DoesNotContain(_peer.Log.Entries, entry => entry.Id == 5004);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Submit_WayIsLostAndTheSessionToo_IsGivenUp(bool ends)
    {
        var jobs = _peer.Join("a", LoopHarness.Unit(1));
        jobs.OnShare = () => Task.FromException<ShareOutcome>(new SiloUnavailableException());
        _peer.Do(() => Engine.End(hits: new NonceHit(1 << 20, default)));

        if (ends)
        {
            _peer.Do(loop => loop.End());
        }
        else
        {
            _peer.Join("b");
        }

        _peer.Advance(TimeSpan.FromMilliseconds(500));
        _peer.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal((2, 1), (jobs.Shares.Count, _peer.Log.Entries.Count(entry => entry.Id == 5004)));
    }

    [Fact]
    public void Submit_JobGrainFailsItself_IsNotTriedAgain()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        jobs.OnShare = () => Task.FromException<ShareOutcome>(new InvalidOperationException("a bug"));

        _peer.Do(() => Engine.End(hits: new NonceHit(1 << 20, default)));
        _peer.Advance(TimeSpan.FromSeconds(1));

        Assert.Single(jobs.Shares);
        Assert.Single(_peer.Log.Entries, entry => entry is { Id: 5004, Text: "share 00100000 could not be handed in: a bug" });
    }

    [Fact]
    public void Slices_OfGhostRider_BeginShortWithEachJob()
    {
        var unit = LoopHarness.Unit(1, algorithm: Algorithm.GhostRider);
        _peer.Join(unit: unit);
        _peer.Do(() => Engine.End(elapsed: TimeSpan.FromMilliseconds(10)));
        Assert.Equal(40UL, Engine.Begun[^1].Range.Count);

        _peer.Assign(unit with { LeaseId = 2 });
        _peer.Do(() => Engine.End(elapsed: TimeSpan.FromMilliseconds(10)));
        Assert.Equal(40UL, Engine.Begun[^1].Range.Count);

        Engine.DoneWhenPreempted = 1;   // of the old job, and so no measure for the new one
        _peer.Assign(LoopHarness.Unit(2, algorithm: Algorithm.GhostRider));
        Assert.All(Engine.Own, held => Assert.Equal(LoopHarness.FirstSlice, held.Slice.Range.Count));
    }

    [Fact]
    public void Slices_OfRandomX_KeepTheirLengthWithTheNextJob()
    {
        _peer.Join(unit: LoopHarness.Unit(1));
        _peer.Do(() => Engine.End(elapsed: TimeSpan.FromMilliseconds(10)));

        _peer.Assign(LoopHarness.Unit(2));

        Assert.All(Engine.Own, held => Assert.Equal(40UL, held.Slice.Range.Count));
    }

    [Fact]
    public void Rate_OfGhostRider_IsThatOfAllThreadsAtMeanCost()
    {
        var unit = LoopHarness.Unit(1, algorithm: Algorithm.GhostRider);
        Engine.Status = Engine.Status with { Rates = new() { Current = new(12_345) } };
        var jobs = _peer.Join(unit: unit);

        _peer.Do(() => Engine.End(hashes: 4, elapsed: TimeSpan.FromMilliseconds(10)));
        _peer.Tick();

        var threadRate = 400 * HashCost.Of(Algorithm.GhostRider, unit.Blob.AsSpan());
        Assert.Equal(2 * threadRate, Assert.Single(jobs.Reports).Rate.PerSecond, tolerance: 1e-6);
    }

    [Fact]
    public void Rate_OfRandomX_IsTheEngines()
    {
        Engine.Status = Engine.Status with { Rates = new() { Current = new(12_345) } };
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));

        _peer.Do(() => Engine.End(elapsed: TimeSpan.FromMilliseconds(10)));
        _peer.Tick();

        Assert.Equal(new(12_345), Assert.Single(jobs.Reports).Rate);
    }

    [Fact]
    public void SetThreads_More_AreKeptInSlicesAtOnce()
    {
        _peer.Join(unit: LoopHarness.Unit(1));

        _peer.Do(loop => loop.SetThreads(8));

        Assert.Equal((11, 8), (Engine.Own.Count, _peer.Status.Threads));
    }

    [Fact]
    public void End_SlicesAreOut_TheyEndAndNothingIsBegunOrSaid()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        Engine.CutOff = new IOException();
        _peer.Do(() => Engine.End());   // one that does not come through
        var before = (Engine.Begun.Count, _peer.Log.Entries.Count);

        _peer.Do(loop => loop.End());
        _peer.Advance(TimeSpan.FromSeconds(1));
        _peer.Do(loop => loop.Assign("a", LoopHarness.Unit(2), 2));

        Assert.Empty(Engine.Own);
        Assert.Equal(before.Item1, Engine.Begun.Count);
        Assert.DoesNotContain(_peer.Log.Entries.Skip(before.Item2), entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }
}
