using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

/// <summary>
/// Makes the dataset of the next seed ahead, on one background thread, where both fit into memory; its cache alone where that fits.
/// </summary>
internal sealed class NextSeed(
    EngineState state, BuildRunner runner, Verifier verifier, ThreadExits exits, HashEngineOptions options, TimeProvider clock, ILogger log)
{
    private const int BackgroundNiceness = 19;

    /// <summary>To be called whenever the expected seed or the dataset in use has changed. Takes the lock.</summary>
    public void StartIfExpected()
    {
        lock (state.Gate)
        {
            if (state.Builds.BeginNext() is { } next)
            {
                var inUse = state.Builds.Ready!.Dataset!;
                exits.Start("hash-next", () => Make(next, inUse));
            }
        }
    }

    private void Make(DatasetBuild next, HashDatasetHandle inUse)
    {
        // A refusal leaves normal priority: no reason to give up.
        _ = NativeMethods.ThreadSetLowPriority(BackgroundNiceness);
        var pace = new ChunkPace();
        while (TryTakeStep(next, pace, out var step))
        {
            if (step.Kind == BuildStepKind.Create)
            {
                Create(next, inUse);
            }
            else
            {
                runner.Run(next, step, pace, own: null);
            }
        }
    }

    private bool TryTakeStep(DatasetBuild next, ChunkPace pace, out BuildStep step)
    {
        lock (state.Gate)
        {
            return state.Builds.TryTakeNextStep(next, pace.Items, clock.GetTimestamp(), out step);
        }
    }

    /// <summary>In the mode of the dataset in use and on as many NUMA nodes.</summary>
    private void Create(DatasetBuild next, HashDatasetHandle inUse)
    {
        long held;
        lock (state.Gate)
        {
            held = (long)(state.Memory + verifier.Memory).Bytes;
        }

        var free = Math.Min(HostMemory.Read().AvailableBytes - HostMemory.MarginBytes, options.RamBytes - held ?? long.MaxValue);
        var status = TryCreate(next, inUse, free, out var dataset, out var inherits);
        if (status != NativeStatus.Ok)
        {
            log.NextSeedSkipped(next.Seed.Hex, $"{status}, {free / HostMemory.MiB} MB free");
            state.EndStep(() => state.Builds.Skip(next));
            return;
        }

        dataset!.Shape = inUse.Shape;
        var memory = dataset.Memory;
        if (inherits)
        {
            log.NextCacheMade(next.Seed.Hex);
            state.EndStep(() => next.CompleteCache(dataset, memory));
        }
        else
        {
            log.NextSeedStarted(next.Seed.Hex);
            state.EndStep(() => next.CompleteCreate(dataset, dataset.Items, memory));
        }
    }

    /// <param name="inherits">It has the cache alone, and will take the memory of the dataset in use.</param>
    private NativeStatus TryCreate(DatasetBuild next, HashDatasetHandle inUse, long free, out HashDatasetHandle? dataset, out bool inherits)
    {
        if (free >= NumaCopies.NeedOf(inUse.Copies, inUse.Items))
        {
            inherits = false;
            var status = HashDatasetHandle.TryCreate(
                next.Algorithm, next.Seed, inUse.Items, options.HugePages, out dataset, options.GiantPages, numa: inUse.Copies > 1);
            if (status != NativeStatus.Ok || dataset.Copies == inUse.Copies)
            {
                return status;
            }

            // A node has too little memory for its copy now.
            dataset.Dispose();
        }

        dataset = null;
        inherits = inUse.Items != RandomXItems.None;
        return inherits && free >= RandomXItems.CacheBytes
            ? HashDatasetHandle.TryCreate(next.Algorithm, next.Seed, RandomXItems.None, options.HugePages, out dataset)
            : NativeStatus.Memory;
    }
}
