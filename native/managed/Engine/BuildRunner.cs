using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Does the steps of datasets, on the threads that took them.</summary>
internal sealed class BuildRunner(EngineState state, Verifier verifier, ThreadPlaces places, TimeProvider clock, ILogger log)
{
    /// <param name="own">The hashing thread that calls; null: that of the next seed, which neither inherits nor adopts.</param>
    public void Run(DatasetBuild build, BuildStep step, ChunkPace pace, HashThread? own)
    {
        try
        {
            switch (step.Kind)
            {
                case BuildStepKind.Create:
                    Create(build);
                    break;
                case BuildStepKind.Inherit:
                    Inherit(build);
                    break;
                case BuildStepKind.Fill:
                    pace.Fill(build.Dataset!, step, clock);
                    state.EndStep(() => build.CompleteFill(step.Count));
                    break;
                case BuildStepKind.Finish:
                    build.Dataset!.Finish();
                    var memory = build.Dataset.Memory;
                    state.EndStep(() => build.CompleteFinish(memory));
                    break;
                case BuildStepKind.Adopt:
                    Adopt(build, own!);
                    break;
                case BuildStepKind.Equip:
                    MakeContext(build, own!);
                    break;
            }
        }
        catch (Exception e)
        {
            // The outer edge of the thread: the caller that awaits the build gets it.
            if (e is not OperationCanceledException)
            {
                log.PreparationFailed(build.Algorithm.WireName() + (build.Seed == Seed.None ? "" : $" with seed {build.Seed}"), e.Message);
            }

            state.EndStep(() => state.Fail(build, e));
        }
    }

    private void Create(DatasetBuild build)
    {
        FreeOutgoing();
        SelfTest.Run(build.Algorithm);
        var dataset = build.Setup.Create(build.Algorithm, build.Seed, RunOf(build));
        var memory = dataset.Memory;
        state.EndStep(() => build.CompleteCreate(dataset, dataset.Items, memory));
    }

    private SetupRun RunOf(DatasetBuild build)
    {
        return new(state.ThreadsWanted, IsOvertaken, Report, Settle);

        bool IsOvertaken()
        {
            lock (state.Gate)
            {
                return state.IsStopping || build.IsCancelled;
            }
        }

        void Report(double progress)
        {
            lock (state.Gate)
            {
                build.ReportCreate(progress);
            }
        }

        void Settle(int thread) => places.Settle($"measure-{thread}", thread, isGuest: false);
    }

    private void Inherit(DatasetBuild build)
    {
        var old = DetachOutgoing() ?? throw new InvalidOperationException("there is no dataset whose memory could be taken over");
        try
        {
            build.Dataset!.TakeItems(old);
        }
        finally
        {
            old.Dispose();
        }

        var memory = build.Dataset.Memory;
        state.EndStep(() => build.CompleteInherit(build.Dataset.Items, memory));
    }

    /// <summary>No thread hashes while this runs.</summary>
    private void Adopt(DatasetBuild build, HashThread own)
    {
        FreeOutgoing();
        build.Setup.Settle(build.Dataset!, RunOf(build));
        var threads = MakeContexts(build, own);
        var pads = threads.Aggregate(default(NativeMemoryUse), (sum, thread) => sum + thread.ContextMemory);
        build.Setup.LogReady(build, pads, threads.Count, clock.GetElapsedTime(build.StartedAt));
        state.EndStep(() => state.Builds.Adopt(build));
    }

    /// <summary>Waits until all hashing threads have a context.</summary>
    private IReadOnlyList<HashThread> MakeContexts(DatasetBuild build, HashThread own)
    {
        var round = state.Contexts;
        bool taken;
        lock (state.Gate)
        {
            round.Begin(build);
            taken = round.TryTake(own, out _);
            Monitor.PulseAll(state.Gate);
        }

        if (taken)
        {
            MakeContext(build, own);
        }

        lock (state.Gate)
        {
            while (!round.IsOver(state.Mining.ThreadsInUse))
            {
                Monitor.Wait(state.Gate);
            }

            return round.End() is { } failure ? throw failure : [.. state.Mining.ThreadsInUse];
        }
    }

    private void MakeContext(DatasetBuild build, HashThread own)
    {
        Exception? failure = null;
        try
        {
            own.MakeContext(build.Dataset!);
        }
        catch (Exception e)
        {
            // The outer edge of the thread: the one that adopts the dataset gets it.
            failure = e;
        }

        lock (state.Gate)
        {
            state.Contexts.Complete(failure);
            Monitor.PulseAll(state.Gate);
        }
    }

    private void FreeOutgoing() => DetachOutgoing()?.Dispose();

    /// <summary>
    /// The dataset that was in use, without any context of it; the caller disposes it. Called with no thread searching and none able to
    /// start.
    /// </summary>
    private HashDatasetHandle? DetachOutgoing()
    {
        HashDatasetHandle? old;
        HashThread[] threads;
        lock (state.Gate)
        {
            (old, threads) = (state.Builds.TakeOutgoing(), [.. state.AllThreads]);
        }

        foreach (var thread in threads)
        {
            thread.DropContext();
        }

        if (old is not null)
        {
            verifier.Release(old);
        }

        return old;
    }
}
