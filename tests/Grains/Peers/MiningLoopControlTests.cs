using CsCheck;
using P2PMiner.Grains.Peers;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Native;
using P2PMiner.Peers;

namespace P2PMiner.Grains.Tests.Peers;

/// <summary>What stops a node's mining and what lets it go on, one by one and in any order.</summary>
public sealed class MiningLoopControlTests : IDisposable
{
    private readonly LoopHarness _peer = new();

    private enum Step
    {
        Unit,
        NewSeed,
        EndPreparation,
        FailPreparation,
        EndSlice,
        EndSliceWithShare,
        FailSlice,
        EndShare,
        Tick,
        Pause,
        Resume,
        Drain,
        Quarantine,
        Release,
        Bench,
        EndBench,
    }

    private HeldEngine Engine => _peer.Engine;

    public void Dispose() => _peer.Dispose();

    [Fact]
    public void Pause_WhileMining_StopsAndKeepsWhatIsLeft()
    {
        _peer.Join(unit: LoopHarness.Unit(1));
        Engine.DoneWhenPreempted = 1;

        _peer.Do(loop => loop.Pause());
        _peer.Do(loop => loop.Pause());
        Assert.Equal((PeerState.Paused, 0, true), (_peer.State, Engine.Own.Count, _peer.Control.Paused));
        _peer.Do(loop => loop.Resume());
        _peer.Do(loop => loop.Resume());

        Assert.Equal((PeerState.Mining, false), (_peer.State, _peer.Control.Paused));
        // What was given back, three nonces of each slice.
        Assert.Equal([1u, 5, 9], Engine.Own.Select(held => held.Slice.Range.First - (1 << 20)).Order().ToArray());
        Assert.Equal([5000, 5001], _peer.Log.Entries.Where(entry => entry.Id is 5000 or 5001).Select(entry => entry.Id));
    }

    [Fact]
    public void Pause_JobGrainHasWork_IsNotAsked()
    {
        var jobs = _peer.Join();
        _peer.Do(loop => loop.Pause());

        _peer.Tick();

        Assert.Equal((1, PeerState.Paused), (jobs.Questions.Count, Assert.Single(jobs.Reports).State));
    }

    [Theory]
    [InlineData(true, false, PeerState.Paused)]
    [InlineData(false, true, PeerState.Drained)]
    [InlineData(true, true, PeerState.Drained)]
    public void Join_StoppedBeforeTheSiloWasReplaced_StaysSo(bool paused, bool draining, PeerState state)
    {
        using var peer = new LoopHarness(new() { Paused = paused, Draining = draining });

        var jobs = peer.Join(unit: LoopHarness.Unit(1));
        Assert.Equal((state, 0), (peer.State, jobs.Questions.Count));

        peer.Do(loop => loop.Resume());
        Assert.Equal((PeerState.Mining, false, false), (peer.State, peer.Control.Paused, peer.Control.Draining));
    }

    [Fact]
    public void Drain_WhileMining_FinishesHandsInAndTakesNoMoreUntilResumed()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        var share = new TaskCompletionSource<ShareOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        jobs.OnShare = () => share.Task;

        _peer.Do(loop => loop.DrainAsync());
        _peer.Do(loop => loop.DrainAsync());
        Assert.Equal((PeerState.Draining, LoopHarness.SlicesWanted, 1), (_peer.State, Engine.Own.Count, jobs.Leaves));
        _peer.Do(() => Engine.End(hits: new NonceHit(1 << 20, default)));
        _peer.Do(() => Engine.End());
        _peer.Do(() => Engine.End());
        Assert.Equal((PeerState.Draining, 0), (_peer.State, Engine.Own.Count));
        _peer.Do(() => share.SetResult(ShareOutcome.Accepted));
        Assert.Equal(PeerState.Drained, _peer.State);

        _peer.Assign(LoopHarness.Unit(2));
        _peer.Tick();
        Assert.Equal((PeerState.Drained, 1), (_peer.State, jobs.Questions.Count));
        Assert.Equal(new() { [1] = LoopHarness.SlicesWanted * LoopHarness.FirstSlice }, _peer.Reported());
        _peer.Do(loop => loop.Resume());
        Assert.Equal((PeerState.Mining, 2UL), (_peer.State, _peer.Status.Generation));
    }

    [Fact]
    public void Drain_JobGrainCannotBeReached_IsDrainedNevertheless()
    {
        _peer.Join().Unreachable = new TimeoutException();

        _peer.Do(loop => loop.DrainAsync());

        Assert.Equal(PeerState.Drained, _peer.State);
        Assert.Single(_peer.Log.Entries, entry => entry.Id == 5003);
    }

    [Fact]
    public void Quarantine_WhileMining_DropsTheWorkAsksOnAndEndsWithTheNextUnit()
    {
        var jobs = _peer.Join(unit: LoopHarness.Unit(1));
        jobs.Unit = null;

        _peer.Do(loop => loop.SetQuarantined(true));
        _peer.Do(loop => loop.SetQuarantined(true));
        Assert.Equal((PeerState.Quarantined, 0), (_peer.State, Engine.Own.Count));
        Assert.Single(_peer.Log.Entries, entry => entry.Id == 5007);
        var before = jobs.Questions.Count;
        _peer.Tick();
        Assert.Equal((before + 1, PeerState.Quarantined), (jobs.Questions.Count, _peer.State));

        jobs.Unit = LoopHarness.Unit(1, lease: 2);
        _peer.Tick();
        Assert.Equal((PeerState.Mining, LoopHarness.SlicesWanted), (_peer.State, Engine.Own.Count));
    }

    [Fact]
    public void Bench_NoDataset_SaysWhy()
    {
        Engine.HoldsPreparations = true;
        Assert.Equal("no dataset yet: no job has arrived", Refusal());

        _peer.Join(unit: LoopHarness.Unit(1));
        Assert.Equal("the dataset is being made; try again when it is ready", Refusal());

        _peer.Do(() => Engine.EndPreparation(new HashEngineException("no memory at all")));
        Assert.Equal("no memory at all", Refusal());

        string? Refusal() => LoopHarness.Of(_peer.Loop.BenchAsync(TimeSpan.FromSeconds(1))).Refusal;
    }

    [Fact]
    public void Bench_WhileMining_MeasuresOnNoncesOfNoJobAndGoesOn()
    {
        _peer.Join(unit: LoopHarness.Unit(1));
        Task<BenchResult>? bench = null;

        _peer.Do(loop => { bench = loop.BenchAsync(TimeSpan.FromSeconds(1)); });
        Assert.Equal((0, LoopHarness.SlicesWanted), (Engine.Own.Count, Engine.Direct.Count));
        Assert.Equal("a measurement is already running", LoopHarness.Of(_peer.Loop.BenchAsync(TimeSpan.FromSeconds(1))).Refusal);
        Assert.All(Engine.Direct, held => Assert.Equal((76, 0), (held.Slice.Blob.Length, held.Slice.Blob.Count(bytes => bytes != 0))));
        _peer.Assign(LoopHarness.Unit(2));   // ends the slices; the measurement begins others after a tenth of a second
        Assert.Equal((0, 0), (Engine.Own.Count, Engine.Direct.Count));
        _peer.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(LoopHarness.SlicesWanted, Engine.Direct.Count);
        _peer.Clock.Advance(TimeSpan.FromSeconds(1.9));
        _peer.Do(() => Engine.EndDirect());

        var hashes = LoopHarness.SlicesWanted * LoopHarness.FirstSlice;
        var result = LoopHarness.Of(bench);
        Assert.Equal((null, hashes, new(hashes / 2.0), 2), (result.Refusal, result.Hashes, result.Rate, result.Threads));
        Assert.Equal((PeerState.Mining, LoopHarness.SlicesWanted, 2UL), (_peer.State, Engine.Own.Count, _peer.Status.Generation));
    }

    [Fact]
    public void Bench_OfGhostRider_EachSliceHasOtherVariants()
    {
        _peer.Join(unit: LoopHarness.Unit(1, algorithm: Algorithm.GhostRider));

        _peer.Do(loop => { _ = loop.BenchAsync(TimeSpan.FromSeconds(1)); });

        Assert.Equal(
            LoopHarness.SlicesWanted, Engine.Direct.DistinctBy(held => Convert.ToHexString(held.Slice.Blob.AsSpan(4, 32))).Count());
    }

    [Fact]
    public void AnySteps_InAnyOrder_LeadToTheStateThatTheReasonsSay() =>
        Gen.Enum<Step>().Array[1, 60].Sample(steps =>
        {
            using var peer = new LoopHarness();
            peer.Engine.HoldsPreparations = true;
            peer.Join();
            var model = new Model(peer);
            foreach (var step in steps)
            {
                model.Take(step);
            }

            model.EndAll();
        }, iter: 3000);

    /// <summary>
    /// What should come of the steps, by what a person knows: who stopped the node, what has come of the dataset, and whether there is
    /// work.
    /// </summary>
    private sealed class Model(LoopHarness peer)
    {
        private readonly Queue<TaskCompletionSource<ShareOutcome>> _shares = new();
        private bool _paused;
        private bool _drained;
        private bool _quarantined;
        private bool _hasWork;
        private bool _failed;
        private PreparationStage _dataset;
        private Task<BenchResult>? _bench;
        private byte _seed = 1;
        private ulong _generation;

        private HeldEngine Engine => peer.Engine;

        private bool IsStopped => _paused || _drained || _bench is not null;

        private PeerState Expected =>
            _drained ? Engine.Own.Count + _shares.Count > 0 ? PeerState.Draining : PeerState.Drained
            : _paused ? PeerState.Paused
            : _quarantined ? PeerState.Quarantined
            : _failed ? PeerState.Failed
            : _dataset == PreparationStage.UnderWay ? PeerState.Preparing
            : Engine.Own.Count > 0 ? PeerState.Mining
            : PeerState.Idle;

        public void Take(Step step)
        {
            var (begun, asked, given, prepared) = (Engine.Begun.Count, peer.Jobs.Questions.Count, peer.Jobs.Given, Engine.Prepared.Count);
            Do(step);
            _dataset = Engine.Prepared.Count > prepared ? PreparationStage.UnderWay : _dataset;
            if (peer.Jobs.Given > given)
            {
                Assert.False(_drained, $"{step}: asked for work while drained");
                TakeUnit();
            }

            Assert.Equal(Expected, peer.State);
            Assert.Equal((_paused, _drained), (peer.Control.Paused, peer.Control.Draining));
            if (IsStopped)
            {
                Assert.Equal(begun, Engine.Begun.Count);
            }
            else if (_hasWork)
            {
                Assert.Equal(LoopHarness.SeedOf(_seed), Engine.Prepared[^1]);
                Assert.Equal(_dataset == PreparationStage.Ready ? LoopHarness.SlicesWanted : Engine.Own.Count, Engine.Own.Count);
            }

            if (_paused || _drained)
            {
                Assert.Equal(asked, peer.Jobs.Questions.Count);
            }
        }

        /// <summary>Whatever has happened, the next block finds the node mining once nobody stops it.</summary>
        public void EndAll()
        {
            Take(Step.EndBench);
            Take(Step.Resume);
            Take(Step.Release);
            Take(Step.NewSeed);
            Take(Step.EndPreparation);
            Assert.Equal((PeerState.Mining, LoopHarness.SlicesWanted), (peer.State, Engine.Own.Count));
        }

        private void Do(Step step)
        {
            switch (step)
            {
                case Step.NewSeed when !_paused && !_drained:   // otherwise it hears of it with the tick after it was resumed
                    _seed++;
                    Assign();
                    break;
                case Step.Unit:
                    Assign();
                    break;
                case Step.Release:
                    _quarantined = false;
                    peer.Do(loop => loop.SetQuarantined(false));
                    Assign();
                    break;
                case Step.EndPreparation when _dataset == PreparationStage.UnderWay:
                    (_dataset, _failed) = (PreparationStage.Ready, false);
                    peer.Do(() => Engine.EndPreparation());
                    break;
                case Step.FailPreparation when _dataset == PreparationStage.UnderWay:
                    (_dataset, _failed) = (PreparationStage.Failed, true);
                    peer.Do(() => Engine.EndPreparation(new HashEngineException("no memory")));
                    break;
                case Step.EndSlice when Engine.Own.Count > 0:
                    peer.Do(() => Engine.End());
                    break;
                case Step.EndSliceWithShare when Engine.Own.Count > 0:
                    peer.Jobs.OnShare = () =>
                    {
                        _shares.Enqueue(new(TaskCreationOptions.RunContinuationsAsynchronously));
                        return _shares.Last().Task;
                    };
                    peer.Do(() => Engine.End(hits: new NonceHit(Engine.Own[0].Slice.Range.First, default)));
                    break;
                case Step.FailSlice when Engine.Own.Count > 0:
                    (_dataset, _failed) = (PreparationStage.Failed, true);
                    peer.Do(() => Engine.Fail(new HashEngineException("the library failed")));
                    break;
                case Step.EndShare when _shares.TryDequeue(out var share):
                    peer.Do(() => share.SetResult(ShareOutcome.Accepted));
                    break;
                case Step.Tick:
                    peer.Tick();
                    break;
                case Step.Pause:
                    _paused = true;
                    peer.Do(loop => loop.Pause());
                    break;
                case Step.Resume:
                    (_paused, _drained) = (false, false);
                    peer.Do(loop => loop.Resume());
                    break;
                case Step.Drain:
                    _hasWork &= _drained;
                    _drained = true;
                    peer.Do(loop => loop.DrainAsync());
                    break;
                case Step.Quarantine:
                    _hasWork &= _quarantined;
                    _quarantined = true;
                    peer.Jobs.Unit = null;
                    peer.Do(loop => loop.SetQuarantined(true));
                    break;
                case Step.Bench:
                    Bench();
                    break;
                case Step.EndBench when _bench is not null:
                    EndBench();
                    break;
            }
        }

        private void Assign()
        {
            // For another seed it asks, unless it is stopped.
            var isKnown = Engine.Prepared.Count == 0 || Engine.Prepared[^1] == LoopHarness.SeedOf(_seed);
            peer.Assign(LoopHarness.Unit(++_generation, _seed));
            if (!_drained && isKnown)
            {
                TakeUnit();
            }
        }

        private void TakeUnit() => (_hasWork, _quarantined) = (true, false);

        private void Bench()
        {
            Task<BenchResult>? bench = null;
            peer.Do(loop => { bench = loop.BenchAsync(TimeSpan.FromSeconds(1)); });
            if (_bench is not null || _dataset != PreparationStage.Ready)
            {
                Assert.NotNull(LoopHarness.Of(bench).Refusal);
            }
            else
            {
                Assert.False(bench!.IsCompleted);
                _bench = bench;
            }
        }

        private void EndBench()
        {
            var bench = _bench!;
            _bench = null;
            peer.Advance(TimeSpan.FromSeconds(1));
            peer.Do(() => Engine.EndDirect());
            Assert.Null(LoopHarness.Of(bench).Refusal);
        }
    }
}
