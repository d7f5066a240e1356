using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>From one seed to the next, without any native dataset.</summary>
public sealed class SeedBuildsTests
{
    private static readonly Seed A = Seed.FromBytes("a"u8);
    private static readonly Seed B = Seed.FromBytes("b"u8);
    private static readonly Seed C = Seed.FromBytes("c"u8);

    private readonly SeedBuilds _builds;

    public SeedBuildsTests()
    {
        var randomX = new RandomXSetup(new(), TimeProvider.System, kept: null, NullLogger.Instance);
        _builds = new(new Dictionary<Algorithm, AlgorithmSetup>
        {
            [Algorithm.RandomX] = randomX,
            [Algorithm.RandomXV2] = randomX,
            [Algorithm.GhostRider] = new GhostRiderSetup(new(), TimeProvider.System, kept: null, NullLogger.Instance),
        });
    }

    [Fact]
    public void Want_First_IsCreatedFilledFinishedAndAdopted()
    {
        _builds.Want(Algorithm.RandomX, A);
        var build = _builds.Wanted!;

        Assert.Equal(BuildStepKind.Create, Take());
        build.CompleteCreate(new HashDatasetHandle(), items: 10, new(Bytes: 7, 0, 0, 0));
        Assert.Equal(BuildStepKind.Fill, Take());
        build.CompleteFill(10);
        Assert.Equal(BuildStepKind.Finish, Take());
        build.CompleteFinish(default);
        Assert.Equal(BuildStepKind.Adopt, Take());
        Assert.Null(_builds.Ready);
        _builds.Adopt(build);

        Assert.Equal((build, null, build), (_builds.Ready, _builds.Wanted, _builds.Serving));
        Assert.True(build.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public void TryTakeStep_SomebodySearches_FillsButNeitherCreatesNorAdopts()
    {
        _builds.Want(Algorithm.RandomX, A);
        Assert.Null(Take(nobodySearches: false));
        Assert.Equal(BuildStepKind.Create, Take());
        _builds.Wanted!.CompleteCreate(new HashDatasetHandle(), items: 10, default);

        Assert.Equal(BuildStepKind.Fill, Take(nobodySearches: false));
        _builds.Wanted.CompleteFill(10);
        Assert.Equal(BuildStepKind.Finish, Take(nobodySearches: false));
        _builds.Wanted.CompleteFinish(default);
        Assert.Null(Take(nobodySearches: false));
        Assert.Equal(BuildStepKind.Adopt, Take());
    }

    [Fact]
    public void TryTakeStep_NothingWanted_IsNone()
    {
        Assert.Null(Take());
        Use(A);
        Assert.Null(Take());
    }

    [Fact]
    public void TryTakeStep_CreateTaken_OldDatasetIsNotReadyAnyMoreAndIsTakenOnce()
    {
        var old = Use(A);
        _builds.Want(Algorithm.RandomX, B);
        Assert.Equal(old, _builds.Ready);

        Assert.Equal(BuildStepKind.Create, Take());

        Assert.Null(_builds.Ready);
        Assert.False(old.Dataset!.IsClosed);
        Assert.Same(old.Dataset, _builds.TakeOutgoing());
        Assert.Null(_builds.TakeOutgoing());
    }

    [Fact]
    public void Serving_WhileAnotherSeedIsMade_IsNone()
    {
        Use(A);
        _builds.Want(Algorithm.RandomX, B);

        Assert.Null(_builds.Serving);
        Assert.Equal(_builds.Wanted, _builds.Shown);
    }

    [Fact]
    public void Serving_MadeAnewForOtherThreads_IsTheNewOne()
    {
        Use(A);
        _builds.Want(Algorithm.RandomX, A, renews: true);

        Assert.NotNull(_builds.Wanted);
        Assert.Equal(_builds.Wanted, _builds.Serving);
    }

    [Fact]
    public void Want_AnotherWhileAStepRuns_TheEarlierGivesItsMemoryBackAfterTheStepAndNoneIsTakenBefore()
    {
        _builds.Want(Algorithm.RandomX, A);
        var earlier = _builds.Wanted!;
        Take();
        earlier.CompleteCreate(new HashDatasetHandle(), items: 100, default);
        Assert.Equal(BuildStepKind.Fill, Take());

        _builds.Want(Algorithm.RandomX, B);

        Assert.True(earlier.Completion.IsCanceled);
        _builds.DropCancelled();
        Assert.False(earlier.Dataset!.IsClosed);
        Assert.Null(Take());
        earlier.CompleteFill(10);
        _builds.DropCancelled();
        Assert.True(earlier.Dataset.IsClosed);
        Assert.Equal(BuildStepKind.Create, Take());
    }

    [Fact]
    public void Want_AnotherWhileNoStepRuns_TheEarlierGivesItsMemoryBackAtOnce()
    {
        _builds.Want(Algorithm.RandomX, A);
        var earlier = _builds.Wanted!;
        Take();
        earlier.CompleteCreate(new HashDatasetHandle(), items: 100, default);

        _builds.Want(Algorithm.RandomX, B);

        Assert.True(earlier.Dataset!.IsClosed);
    }

    [Fact]
    public void Adopt_OvertakenMeanwhile_IsNotInUseAndGivesItsMemoryBack()
    {
        var overtaken = MakeUntilAdopt(A);
        _builds.Want(Algorithm.RandomX, B);

        _builds.Adopt(overtaken);
        _builds.DropCancelled();

        Assert.Null(_builds.Ready);
        Assert.True(overtaken.Dataset!.IsClosed);
        Assert.True(_builds.Wanted!.IsFor(Algorithm.RandomX, B));
    }

    [Fact]
    public void KeepReady_AnotherWasWanted_TheOneInUseServesAgain()
    {
        var ready = Use(A);
        _builds.Want(Algorithm.RandomX, B);
        var other = _builds.Wanted!;

        _builds.KeepReady();

        Assert.Equal((ready, null), (_builds.Serving, _builds.Wanted));
        Assert.True(other.Completion.IsCanceled);
    }

    [Fact]
    public async Task Fail_WantedDataset_NothingIsWantedAndCompletionThrows()
    {
        _builds.Want(Algorithm.RandomX, A);
        var build = _builds.Wanted!;
        Take();

        Assert.True(_builds.Fail(build, new HashEngineException("no luck")));

        Assert.Null(_builds.Shown);
        Assert.Equal("no luck", (await Assert.ThrowsAsync<HashEngineException>(() => build.Completion)).Message);
        _builds.Want(Algorithm.RandomX, A);
        Assert.Equal(BuildStepKind.Create, Take());
    }

    [Fact]
    public void Fail_NextSeed_TheOneInUseGoesOn()
    {
        var ready = Use(A);
        var next = Expect(B)!;
        TakeNext(next);

        Assert.False(_builds.Fail(next, new HashEngineException("no luck")));

        Assert.Equal((ready, null), (_builds.Serving, _builds.Next));
    }

    [Fact]
    public void Fail_StepOfAnOvertakenDataset_LeavesTheWantedOneAlone()
    {
        _builds.Want(Algorithm.RandomX, A);
        var overtaken = _builds.Wanted!;
        Take();
        _builds.Want(Algorithm.RandomX, B);

        Assert.False(_builds.Fail(overtaken, new OperationCanceledException()));
        _builds.DropCancelled();

        Assert.True(_builds.Wanted!.IsFor(Algorithm.RandomX, B));
        Assert.Equal(BuildStepKind.Create, Take());
    }

    [Fact]
    public void BeginNext_SeedExpected_IsBegunOnce()
    {
        Use(A);
        var next = Expect(B);

        Assert.True(next!.IsFor(Algorithm.RandomX, B));
        Assert.Equal(next, _builds.Next);
        Assert.Null(_builds.BeginNext());
        Assert.Null(Expect(B));
    }

    [Fact]
    public void BeginNext_NothingToMakeAhead_IsNone()
    {
        Assert.Null(Expect(B));                        // nothing is in use
        Use(A);
        Assert.Null(Expect(A));                        // it is in use
        Assert.Null(Expect(B, Algorithm.RandomXV2));   // another algorithm
        _builds.Want(Algorithm.RandomX, C);
        Assert.Null(Expect(B));                        // all threads are at work on another
        _builds.KeepReady();
        _builds.Stop();
        Assert.Null(Expect(B));
    }

    [Fact]
    public void BeginNext_AlgorithmWithoutSeeds_IsNone()
    {
        Use(Seed.None, Algorithm.GhostRider);

        Assert.Null(Expect(A, Algorithm.GhostRider));
    }

    [Fact]
    public void BeginNext_ExpectedBeforeTheFirstDataset_BeginsOnceThatIsInUse()
    {
        Assert.Null(Expect(B));
        Use(A);

        Assert.True(_builds.BeginNext()!.IsFor(Algorithm.RandomX, B));
    }

    [Fact]
    public void BeginNext_AnotherExpectation_TheEarlierNextSeedIsCancelled()
    {
        Use(A);
        var earlier = Expect(B)!;

        var later = Expect(C)!;

        Assert.True(earlier.Completion.IsCanceled);
        Assert.False(_builds.TryTakeNextStep(earlier, chunkItems: 10, now: 0, out _));
        Assert.Equal(BuildStepKind.Create, TakeNext(later));
    }

    [Fact]
    public void TryTakeNextStep_WhileMining_MakesItButDoesNotAdopt()
    {
        var ready = Use(A);
        var next = Expect(B)!;

        Assert.Equal(BuildStepKind.Create, TakeNext(next));
        next.CompleteCreate(new HashDatasetHandle(), items: 10, default);
        Assert.Equal(BuildStepKind.Fill, TakeNext(next));
        next.CompleteFill(10);
        Assert.Equal(BuildStepKind.Finish, TakeNext(next));
        next.CompleteFinish(default);
        Assert.Null(TakeNext(next));
        Assert.Equal((ready, next), (_builds.Serving, _builds.Next));
    }

    [Fact]
    public void Want_TheNextSeed_ThreadsGoOnWhereItStands()
    {
        Use(A);
        var next = Expect(B)!;
        TakeNext(next);
        next.CompleteCreate(new HashDatasetHandle(), items: 20, default);
        Assert.Equal(BuildStepKind.Fill, TakeNext(next));

        _builds.Want(Algorithm.RandomX, B);

        Assert.Equal((next, null), (_builds.Wanted, _builds.Next));
        Assert.Null(TakeNext(next));
        Assert.Equal(BuildStepKind.Fill, Take());
    }

    [Fact]
    public void Want_NextSeedWithItsCacheAlone_InheritsOnceNobodySearches()
    {
        var old = Use(A);
        var next = Expect(B)!;
        TakeNext(next);
        next.CompleteCache(new HashDatasetHandle(), default);
        Assert.Null(TakeNext(next));

        _builds.Want(Algorithm.RandomX, B);

        Assert.Null(Take(nobodySearches: false));
        Assert.Equal(old, _builds.Ready);
        Assert.Equal(BuildStepKind.Inherit, Take());
        Assert.Null(_builds.Ready);
        Assert.Same(old.Dataset, _builds.TakeOutgoing());
    }

    [Fact]
    public void Want_AnotherThanTheNextSeed_ThatIsCancelled()
    {
        Use(A);
        var next = Expect(B)!;

        _builds.Want(Algorithm.RandomX, C);

        Assert.True(next.Completion.IsCanceled);
        Assert.Null(_builds.Next);
    }

    [Fact]
    public void Skip_TooLittleMemory_NoNextSeedUntilSomethingChanges()
    {
        var ready = Use(A);
        var next = Expect(B)!;
        TakeNext(next);

        _builds.Skip(next);

        Assert.Equal((ready, null), (_builds.Ready, _builds.Next));
        Assert.Null(TakeNext(next));
    }

    [Fact]
    public void Skip_WantedMeanwhile_ThreadsCreateIt()
    {
        Use(A);
        var next = Expect(B)!;
        TakeNext(next);
        _builds.Want(Algorithm.RandomX, B);
        Assert.Null(Take());

        _builds.Skip(next);

        Assert.Equal(next, _builds.Wanted);
        Assert.Equal(BuildStepKind.Create, Take());
    }

    [Fact]
    public void Memory_InUseWantedAndNext_Together()
    {
        Use(A, bytes: 1);
        var next = Expect(B)!;
        TakeNext(next);
        next.CompleteCreate(new HashDatasetHandle(), items: 1, new(Bytes: 2, 0, 0, 0));

        Assert.Equal(3UL, _builds.Memory.Bytes);
        _builds.Want(Algorithm.RandomX, B);
        Assert.Equal(3UL, _builds.Memory.Bytes);
    }

    [Fact]
    public void Stop_WhileMaking_CancelsAllButTheOneInUse()
    {
        var ready = Use(A);
        var next = Expect(B)!;

        _builds.Stop();

        Assert.True(next.Completion.IsCanceled);
        Assert.Equal((ready, null, null), (_builds.Ready, _builds.Wanted, _builds.Next));
        Assert.False(ready.Dataset!.IsClosed);
    }

    private DatasetBuild? Expect(Seed seed, Algorithm algorithm = Algorithm.RandomX)
    {
        _builds.Expect(algorithm, seed);
        return _builds.BeginNext();
    }

    private BuildStepKind? Take(bool nobodySearches = true)
        => _builds.TryTakeStep(nobodySearches, chunkItems: 10, now: 0, out var step) ? step.Kind : null;

    private BuildStepKind? TakeNext(DatasetBuild next)
        => _builds.TryTakeNextStep(next, chunkItems: 10, now: 0, out var step) ? step.Kind : null;

    private DatasetBuild Use(Seed seed, Algorithm algorithm = Algorithm.RandomX, ulong bytes = 0)
    {
        var build = MakeUntilAdopt(seed, algorithm, bytes);
        _builds.Adopt(build);
        return build;
    }

    private DatasetBuild MakeUntilAdopt(Seed seed, Algorithm algorithm = Algorithm.RandomX, ulong bytes = 0)
    {
        _builds.Want(algorithm, seed);
        var build = _builds.Wanted!;
        Assert.Equal(BuildStepKind.Create, Take());
        build.CompleteCreate(new HashDatasetHandle(), items: 0, default);
        Assert.Equal(BuildStepKind.Finish, Take());
        build.CompleteFinish(new(bytes, 0, 0, 0));
        Assert.Equal(BuildStepKind.Adopt, Take());
        return build;
    }
}
