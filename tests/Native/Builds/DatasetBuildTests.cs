using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>The order of steps, without any native dataset.</summary>
public sealed class DatasetBuildTests
{
    private readonly DatasetBuild _build = new(
        Algorithm.RandomX, Seed.FromBytes("k"u8), new RandomXSetup(new(), TimeProvider.System, kept: null, NullLogger.Instance));

    [Fact]
    public void TryTakeStep_AnyChunksByAnyThreads_EachItemOnceThenFinishThenAdopt() =>
        Gen.Select(Gen.ULong[1, 5000], Gen.ULong[1, 700].Array[1, 8], Gen.Int[0, 1000]).Sample((items, chunks, shuffle) =>
        {
            var random = new Random(shuffle);
            var build = Created(items);
            var inFlight = new List<BuildStep>();
            var filled = new bool[items];
            var order = new List<BuildStepKind>();
            while (!build.Completion.IsCompleted)
            {
                if (inFlight.Count < chunks.Length && Take(build, chunks[random.Next(chunks.Length)]) is { } step)
                {
                    inFlight.Add(step);
                    continue;
                }

                var done = inFlight[random.Next(inFlight.Count)];
                inFlight.Remove(done);
                order.Add(done.Kind);
                switch (done.Kind)
                {
                    case BuildStepKind.Fill:
                        for (var item = done.First; item < done.First + done.Count; item++)
                        {
                            Assert.False(filled[item]);
                            filled[item] = true;
                        }

                        build.CompleteFill(done.Count);
                        break;
                    case BuildStepKind.Finish:
                        Assert.DoesNotContain(false, filled);
                        build.CompleteFinish(default);
                        break;
                    default:
                        build.CompleteAdopt();
                        break;
                }
            }

            Assert.Equal([BuildStepKind.Finish, BuildStepKind.Adopt], order[^2..]);
            Assert.Equal((0, 1.0), (build.StepsInFlight, build.Progress));
        });

    [Fact]
    public void TryTakeStep_MemoryNotBackYet_DoesNotCreate()
    {
        Assert.False(_build.TryTakeStep(mayCreate: false, mayAdopt: true, 1, 0, out _));
        Assert.Equal(BuildStepKind.Create, Take(_build)!.Value.Kind);
        Assert.Null(Take(_build));
    }

    [Fact]
    public void TryTakeStep_NotWantedYet_IsMadeButNotAdopted()
    {
        var build = Created(items: 0);
        Assert.Equal(BuildStepKind.Finish, Take(build)!.Value.Kind);
        build.CompleteFinish(default);

        Assert.False(build.TryTakeStep(mayCreate: true, mayAdopt: false, 1, 0, out _));
        Assert.Equal(BuildStepKind.Adopt, Take(build)!.Value.Kind);
    }

    [Fact]
    public void TryTakeStep_OnlyTheCacheMade_InheritsOnceItIsWantedThenFills()
    {
        Take(_build);
        _build.CompleteCache(new HashDatasetHandle(), default);

        Assert.False(_build.TryTakeStep(mayCreate: true, mayAdopt: false, 1, 0, out _));
        Assert.Equal(BuildStepKind.Inherit, Take(_build)!.Value.Kind);
        Assert.Null(Take(_build));
        _build.CompleteInherit(items: 5, default);
        Assert.Equal(new BuildStep(BuildStepKind.Fill, 0, 5), Take(_build));
    }

    [Fact]
    public void PutCreateBack_TooLittleMemory_CreateIsGivenOutAgain()
    {
        Take(_build);
        _build.PutCreateBack();

        Assert.Equal(0, _build.StepsInFlight);
        Assert.Equal(BuildStepKind.Create, Take(_build)!.Value.Kind);
    }

    [Fact]
    public void Cancel_StepInFlight_NoFurtherStepAndCompletionIsCancelled()
    {
        var build = Created(items: 100);
        Take(build);

        build.Cancel();

        Assert.Null(Take(build));
        Assert.True(build.Completion.IsCanceled);
        Assert.Equal(1, build.StepsInFlight);
        build.CompleteFill(10);
        Assert.Equal(0, build.StepsInFlight);
    }

    [Fact]
    public async Task FailStep_AnyStep_CompletionThrowsIt()
    {
        Take(_build);

        _build.FailStep(new HashEngineException("no luck"));

        Assert.Null(Take(_build));
        Assert.Equal("no luck", (await Assert.ThrowsAsync<HashEngineException>(() => _build.Completion)).Message);
    }

    private static DatasetBuild Created(ulong items)
    {
        var build = new DatasetBuild(Algorithm.RandomX, Seed.FromBytes("k"u8), new RandomXSetup(new(), TimeProvider.System, kept: null, NullLogger.Instance));
        Take(build);
        build.CompleteCreate(new HashDatasetHandle(), items, default);
        return build;
    }

    private static BuildStep? Take(DatasetBuild build, ulong chunk = 10)
        => build.TryTakeStep(mayCreate: true, mayAdopt: true, chunk, now: 0, out var step) ? step : null;
}
