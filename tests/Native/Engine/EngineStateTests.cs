using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Whose turn is what, without running any of it.</summary>
public sealed class EngineStateTests : IDisposable
{
    private static readonly Seed A = Seed.FromBytes("a"u8);
    private static readonly Seed B = Seed.FromBytes("b"u8);

    private readonly EngineState _state;
    private readonly List<HashThread> _threads = [];
    private readonly List<HashThread> _guests = [];

    /// <summary>Two mining threads and two for guests.</summary>
    public EngineStateTests()
    {
        var randomX = new RandomXSetup(new(), TimeProvider.System, kept: null, NullLogger.Instance);
        var ghostRider = new GhostRiderSetup(new(), TimeProvider.System, kept: null, NullLogger.Instance);
        _state = new(new(new Dictionary<Algorithm, AlgorithmSetup> { [Algorithm.RandomX] = randomX, [Algorithm.GhostRider] = ghostRider }),
            threads: 2, cpus: 4, new(), TimeProvider.System);
        _state.Mining.StartMissing(_threads.Add);
        _state.Guests.StartMissing(_guests.Add);
    }

    public void Dispose() => _threads.Concat(_guests).ToList().ForEach(thread => thread.Dispose());

    [Fact]
    public void NextTurn_NothingToDo_IsNoneYet()
    {
        using var gate = new HeldGate(_state);
        Assert.Null(Next(_threads[0]));
    }

    [Fact]
    public void NextTurn_WantedDataset_OneThreadCreatesIt()
    {
        using var gate = new HeldGate(_state);
        _state.Want(Algorithm.RandomX, A);

        Assert.Equal(new Turn(null, _state.Builds.Wanted, new(BuildStepKind.Create)), Next(_threads[0]));
        Assert.Null(Next(_threads[1]));
        Assert.Null(Next(_guests[0]));
    }

    [Fact]
    public void NextTurn_WantedDatasetBeingFilled_GuestThreadsHelp()
    {
        using var gate = new HeldGate(_state);
        _state.Want(Algorithm.RandomX, A);
        Next(_threads[0]);
        _state.Builds.Wanted!.CompleteCreate(new HashDatasetHandle(), items: 1 << 20, default);

        Assert.Equal(BuildStepKind.Fill, Next(_guests[0])!.Value.Step.Kind);
    }

    [Fact]
    public void NextTurn_ContextsAreMade_MiningThreadsMakeTheirs()
    {
        using var gate = new HeldGate(_state);
        _state.Want(Algorithm.RandomX, A);
        Adopting();
        _state.Contexts.Begin(_state.Builds.Wanted!);

        Assert.Equal(BuildStepKind.Equip, Next(_threads[1])!.Value.Step.Kind);
        Assert.Null(Next(_guests[0]));
    }

    [Fact]
    public void NextTurn_Work_GoesToThreadsOfItsKindWithTheDatasetInUse()
    {
        using var gate = new HeldGate(_state);
        var ready = Use(A);
        FakeWork mining = new(), guest = new();
        _state.Add(mining);
        _state.AddGuest(guest);

        Assert.Equal(new Turn(guest, ready, default), Next(_guests[0]));
        Assert.Null(Next(_guests[1]));
        Assert.Equal(new Turn(mining, ready, default), Next(_threads[0]));
        Assert.Equal((2, mining), (_state.Searching, _threads[0].Running));
    }

    [Fact]
    public void NextTurn_WorkRunsWhileAnotherSeedIsWanted_NobodyCreatesBeforeItsEnd()
    {
        using var gate = new HeldGate(_state);
        Use(A);
        _state.Add(new FakeWork());
        Next(_threads[0]);

        _state.Want(Algorithm.RandomX, B);

        Assert.True(_threads[0].IsCancelled);
        Assert.Null(Next(_threads[1]));
        _state.EndWork(_threads[0]);
        Assert.Equal(BuildStepKind.Create, Next(_threads[1])!.Value.Step.Kind);
    }

    [Fact]
    public void NextTurn_SurplusThread_LeavesAndTheOthersStay()
    {
        using var gate = new HeldGate(_state);
        _state.ThreadsWanted = 1;

        Assert.True(Next(_threads[1])!.Value.IsTheEnd);
        Assert.Equal([_threads[0]], _state.Mining.Threads);
        Assert.Null(Next(_threads[0]));
    }

    [Fact]
    public void NextTurn_Stopping_AllLeave()
    {
        using var gate = new HeldGate(_state);
        Use(A);
        var queued = new FakeWork();
        _state.Add(queued);

        _state.Stop();

        Assert.Equal("given back", queued.End);
        Assert.All(_threads.Concat(_guests), thread => Assert.True(Next(thread)!.Value.IsTheEnd));
        Assert.Empty(_state.AllThreads);
    }

    [Fact]
    public void Add_NothingServes_IsGivenBack()
    {
        using var gate = new HeldGate(_state);
        var work = new FakeWork();
        _state.Add(work);

        Assert.Equal("given back", work.End);
    }

    [Fact]
    public void Add_AnotherSeedIsMade_IsGivenBack()
    {
        using var gate = new HeldGate(_state);
        var work = new FakeWork(build: Use(A));
        _state.Want(Algorithm.RandomX, B);
        _state.Add(work);

        Assert.Equal("given back", work.End);
    }

    [Fact]
    public void Add_OlderThanPreempted_IsGivenBack()
    {
        using var gate = new HeldGate(_state);
        Use(A);
        _state.Preempt(5);
        FakeWork older = new(4), same = new(5);
        _state.Add(older);
        _state.Add(same);

        Assert.Equal(("given back", ""), (older.End, same.End));
    }

    [Fact]
    public void Preempt_OlderGenerationThanBefore_ChangesNothing()
    {
        using var gate = new HeldGate(_state);
        Use(A);
        _state.Preempt(5);
        _state.Preempt(3);
        var work = new FakeWork(4);
        _state.Add(work);

        Assert.Equal("given back", work.End);
    }

    [Fact]
    public void Preempt_RunningAndQueued_OlderOnesEndButNotGuests()
    {
        using var gate = new HeldGate(_state);
        Use(A);
        FakeWork queued = new(1), guest = new();
        _state.Add(new FakeWork(1));
        _state.AddGuest(guest);
        Next(_threads[0]);
        Next(_guests[0]);
        _state.Add(queued);

        _state.Preempt(2);

        Assert.Equal("given back", queued.End);
        Assert.Equal([true, false], new[] { _threads[0], _guests[0] }.Select(thread => thread.IsCancelled));
    }

    [Fact]
    public void NextTurn_AfterACancel_TheNextWorkIsNotCancelled()
    {
        using var gate = new HeldGate(_state);
        Use(A);
        _state.Add(new FakeWork(1));
        Next(_threads[0]);
        _state.Preempt(2);
        _state.EndWork(_threads[0]);
        _state.Add(new FakeWork(2));

        Next(_threads[0]);

        Assert.False(_threads[0].IsCancelled);
    }

    [Fact]
    public void Fail_WantedDataset_WhatWaitedForItFailsToo()
    {
        using var gate = new HeldGate(_state);
        Use(Seed.None, Algorithm.GhostRider);
        _state.RenewForThreads();
        var work = new FakeWork();
        _state.Add(work);
        Next(_threads[0]);

        _state.Fail(_state.Builds.Wanted!, new HashEngineException("no luck"));

        Assert.Equal("no luck", work.End);
    }

    [Fact]
    public void RenewForThreads_OfGhostRider_IsMadeAnewAndWorkWaits()
    {
        using var gate = new HeldGate(_state);
        Use(Seed.None, Algorithm.GhostRider);
        _state.RenewForThreads();
        var work = new FakeWork();
        _state.Add(work);

        Assert.True(_state.Builds.Wanted!.Renews);
        Assert.Equal("", work.End);
    }

    [Fact]
    public void RenewForThreads_OfRandomX_StaysAsItIs()
    {
        using var gate = new HeldGate(_state);
        Use(A);
        _state.RenewForThreads();

        Assert.Null(_state.Builds.Wanted);
    }

    [Fact]
    public void MayServeGuest_DatasetOfItsSeedInUse_Only()
    {
        using var gate = new HeldGate(_state);
        Assert.False(_state.MayServeGuest(new FakeWork()));
        var ready = Use(A);
        Assert.True(_state.MayServeGuest(new FakeWork(build: ready)));
        _state.Want(Algorithm.RandomX, B);
        Assert.False(_state.MayServeGuest(new FakeWork()));
    }

    [Fact]
    public void GuestsWanted_TheCpusLeftByRandomX_NoneWithGhostRider()
    {
        using var gate = new HeldGate(_state);
        Assert.Equal(2, _state.GuestsWanted);
        _state.ThreadsWanted = 6;
        Assert.Equal(0, _state.GuestsWanted);
        _state.ThreadsWanted = 2;
        Use(Seed.None, Algorithm.GhostRider);
        Assert.Equal(0, _state.GuestsWanted);
    }

    private Turn? Next(HashThread thread) => _state.NextTurn(thread, now: 0);

    private DatasetBuild Use(Seed seed, Algorithm algorithm = Algorithm.RandomX)
    {
        _state.Want(algorithm, seed);
        var build = Adopting();
        _state.EndStep(() => _state.Builds.Adopt(build));
        return build;
    }

    private DatasetBuild Adopting()
    {
        var build = _state.Builds.Wanted!;
        Assert.Equal(BuildStepKind.Create, Next(_threads[0])!.Value.Step.Kind);
        build.CompleteCreate(new HashDatasetHandle(), items: 0, default);
        Assert.Equal(BuildStepKind.Finish, Next(_threads[0])!.Value.Step.Kind);
        build.CompleteFinish(default);
        Assert.Equal(BuildStepKind.Adopt, Next(_threads[0])!.Value.Step.Kind);
        return build;
    }

    /// <summary>A test may begin on another thread than its class was made on.</summary>
    private sealed class HeldGate : IDisposable
    {
        private readonly EngineState _state;

        public HeldGate(EngineState state)
        {
            _state = state;
            Monitor.Enter(_state.Gate);
        }

        public void Dispose() => Monitor.Exit(_state.Gate);
    }
}
