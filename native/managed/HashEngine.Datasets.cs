using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>The steps of a dataset, run by hashing threads.</summary>
public sealed partial class HashEngine
{
    private void RunStep(DatasetBuild build, BuildStep step, ChunkPace pace)
    {
        try
        {
            switch (step.Kind)
            {
                case BuildStepKind.Create:
                    Create(build);
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
                    Adopt(build);
                    break;
            }
        }
        catch (Exception e)
        {
            // The outer edge of the thread: whoever awaits the build gets it.
            _log.DatasetFailed(build.Seed.Hex, e.Message);
            Complete(() =>
            {
                build.FailStep(e);
                if (build == _build)
                {
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
        var plan = MemoryPlan.Make(_options.RandomXMode, Volatile.Read(ref _threadsWanted), HostMemory.Read().AvailableBytes, LimitBytes);
        if (plan.Mode == NativeMode.Light && _options.RandomXMode == RandomXMode.Auto)
        {
            _log.LightForLackOfMemory(plan.NeedBytes / MemoryPlan.MiB, plan.FreeBytes / MemoryPlan.MiB);
        }

        _log.DatasetStarted(build.Algorithm.WireName(), build.Seed.Hex, _threadsWanted);
        var mode = plan.Mode;
        var status = HashDatasetHandle.TryCreate(build.Algorithm, build.Seed, mode, _options.HugePages, out var dataset);
        if (status == NativeStatus.Memory && mode == NativeMode.Fast)
        {
            _log.LightForFailedAllocation(plan.NeedBytes / MemoryPlan.MiB);
            mode = NativeMode.Light;
            status = HashDatasetHandle.TryCreate(build.Algorithm, build.Seed, mode, _options.HugePages, out dataset);
        }

        status.ThrowIfFailed($"make the {build.Algorithm.WireName()} dataset");
        CompleteCreate(build, dataset, mode);
    }

    private void CompleteCreate(DatasetBuild build, HashDatasetHandle dataset, NativeMode mode)
    {
        var (items, memory) = (dataset.ItemCount, dataset.Memory);
        Complete(() => build.CompleteCreate(dataset, mode, items, memory));
    }

    private long? LimitBytes => _options.RamMegabytes * MemoryPlan.MiB;

    /// <summary>Every thread waits while this runs, so that their contexts can be exchanged from here.</summary>
    private void Adopt(DatasetBuild build)
    {
        FreeOutgoing();
        HashThread[] threads;
        lock (_gate)
        {
            // Guests make theirs when they have something to do.
            threads = [.. _threads.Take(_threadsWanted).OfType<HashThread>()];
        }

        foreach (var thread in threads)
        {
            thread.MakeContext(build.Dataset!);
        }

        var memory = build.Memory;
        _log.DatasetReady(NameOf(build.Mode), (memory.Bytes + (MemoryPlan.MiB / 2)) / MemoryPlan.MiB, _clock.GetElapsedTime(build.StartedAt).TotalSeconds,
            memory.HugePagesWanted == 0 ? 0 : 100.0 * memory.HugePages / memory.HugePagesWanted, memory.HugePages, memory.HugePagesWanted);
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

    /// <summary>Frees the dataset that was in use. Called with no thread searching and none able to start.</summary>
    private void FreeOutgoing()
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
            dataset.Dispose();
        }
    }
}
