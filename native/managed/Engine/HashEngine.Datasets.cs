using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>The steps of a dataset, run by hashing threads.</summary>
public sealed partial class HashEngine
{
    /// <param name="own">The thread; null: that of the next seed, which adopts nothing.</param>
    private void RunStep(DatasetBuild build, BuildStep step, ChunkPace pace, HashThread? own)
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
                    pace.Fill(build.Dataset!, step, _clock);
                    Complete(() => build.CompleteFill(step.Count));
                    break;
                case BuildStepKind.Finish:
                    build.Dataset!.Finish();
                    var memory = build.Dataset.Memory;
                    Complete(() => build.CompleteFinish(memory));
                    break;
                case BuildStepKind.Adopt:
                    Adopt(build, own!);
                    break;
                case BuildStepKind.Equip:
                    Equip(build, own!);
                    break;
            }
        }
        catch (Exception e)
        {
            // The outer edge of the thread: whoever awaits the build gets it.
            if (e is not OperationCanceledException)
            {
                _log.PreparationFailed(build.Algorithm.WireName() + (build.Seed == Seed.None ? "" : $" with seed {build.Seed}"), e.Message);
            }

            Complete(() =>
            {
                build.FailStep(e);
                if (build == _build)
                {
                    FailQueued(e);
                    CancelBuild(ref _build);
                }
                else if (build == _next)
                {
                    CancelBuild(ref _next);
                }
            });
        }
    }

    private void Complete(Action change)
    {
        lock (_gate)
        {
            change();
            DropCancelledBuilds();
            Monitor.PulseAll(_gate);
        }
    }

    private void Create(DatasetBuild build)
    {
        FreeOutgoing();
        SelfTest.Run(build.Algorithm);
        CompleteCreate(build, build.Setup.Create(build.Algorithm, build.Seed, RunOf(build)));
    }

    private SetupRun RunOf(DatasetBuild build)
    {
        return new(Volatile.Read(ref _threadsWanted), IsOvertaken, Report, Settle);

        bool IsOvertaken()
        {
            lock (_gate)
            {
                return _stopping || build.IsCancelled;
            }
        }

        void Report(double progress)
        {
            lock (_gate)
            {
                build.ReportCreate(progress);
            }
        }

        void Settle(int thread) => SettleThread($"measure-{thread}", thread, isGuest: false);
    }

    private void CompleteCreate(DatasetBuild build, HashDatasetHandle dataset)
    {
        var memory = dataset.Memory;
        Complete(() => build.CompleteCreate(dataset, dataset.Items, memory));
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
        Complete(() => build.CompleteInherit(build.Dataset.Items, memory));
    }

    /// <summary>No thread hashes while this runs.</summary>
    private void Adopt(DatasetBuild build, HashThread own)
    {
        FreeOutgoing();
        build.Setup.Settle(build.Dataset!, RunOf(build));
        var threads = EquipThreads(build, own);
        var pads = threads.Aggregate(default(NativeMemoryUse), (sum, thread) => sum + thread.ContextMemory);
        build.Setup.LogReady(build, pads, threads.Count, _clock.GetElapsedTime(build.StartedAt));
        Complete(() =>
        {
            build.CompleteAdopt();
            if (build.IsCancelled)
            {
                return;   // overtaken meanwhile: it lies with the cancelled builds
            }

            (_ready, _build) = (build, null);
            StartNextBuild();
        });
    }

    private void FreeOutgoing() => DetachOutgoing()?.Dispose();

    /// <summary>The dataset that was in use, without any context of it; the caller disposes it. Called with no thread searching and none able to start.</summary>
    private HashDatasetHandle? DetachOutgoing()
    {
        DatasetBuild? old;
        HashThread[] threads;
        lock (_gate)
        {
            (old, _outgoing, threads) = (_outgoing, null, [.. AllThreads]);
        }

        foreach (var thread in threads)
        {
            thread.DropContext();
        }

        if (old?.Dataset is { } dataset)
        {
            _verifier.Release(dataset);
        }

        return old?.Dataset;
    }
}
