using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>The dataset of the next seed, made ahead by one background thread where both fit into memory; its cache alone where that fits.</summary>
public sealed partial class HashEngine
{
    private const int BackgroundNiceness = 19;

    /// <summary>0 to 1; null: none is being made, or kept.</summary>
    internal double? NextProgress
    {
        get
        {
            lock (_gate)
            {
                return _next?.Progress;
            }
        }
    }

    /// <summary>Called under the lock whenever the expected seed or the dataset in use changes.</summary>
    private void StartNextBuild()
    {
        if (_stopping || _ready is not { Setup.HasNextSeed: true } ready || _build is not null || _expected is not var (algorithm, seed)
            || algorithm != ready.Algorithm || ready.IsFor(algorithm, seed) || _next?.IsFor(algorithm, seed) == true)
        {
            return;
        }

        CancelBuild(ref _next);
        var next = _next = new(algorithm, seed, ready.Setup);
        var inUse = ready.Dataset!;
        StartThread("hash-next", () => MakeNext(next, inUse));
    }

    private void MakeNext(DatasetBuild next, HashDatasetHandle inUse)
    {
        // A refusal leaves normal priority: no reason to give up.
        _ = NativeMethods.ThreadSetLowPriority(BackgroundNiceness);
        var pace = new ChunkPace();
        while (TryTakeNextStep(next, pace, out var step))
        {
            if (step.Kind == BuildStepKind.Create)
            {
                CreateNext(next, inUse);
            }
            else
            {
                RunStep(next, step, pace, own: null);
            }
        }
    }

    private bool TryTakeNextStep(DatasetBuild next, ChunkPace pace, out BuildStep step)
    {
        lock (_gate)
        {
            step = default;

            // Once the seed is the wanted one, the hashing threads go on with it.
            return !_stopping && next == _next && TryTakeStep(next, pace.Items, out step);
        }
    }

    /// <summary>In the mode of the dataset in use and on as many NUMA nodes.</summary>
    private void CreateNext(DatasetBuild next, HashDatasetHandle inUse)
    {
        long held;
        lock (_gate)
        {
            held = (long)Held.Bytes;
        }

        var free = Math.Min(HostMemory.Read().AvailableBytes - HostMemory.MarginBytes, _options.RamBytes - held ?? long.MaxValue);
        var status = TryCreateNext(next, inUse, free, out var dataset, out var inherits);
        if (status == NativeStatus.Ok)
        {
            dataset!.Shape = inUse.Shape;
            if (inherits)
            {
                _log.NextCacheMade(next.Seed.Hex);
                var memory = dataset.Memory;
                Complete(() => next.CompleteCache(dataset, memory));
                return;
            }

            _log.NextSeedStarted(next.Seed.Hex);
            CompleteCreate(next, dataset);
            return;
        }

        _log.NextSeedSkipped(next.Seed.Hex, $"{status}, {free / HostMemory.MiB} MB free");
        Complete(() =>
        {
            next.PutCreateBack();
            if (next == _next)
            {
                CancelBuild(ref _next);
            }
        });
    }

    /// <param name="inherits">It has the cache alone, and will take the memory of the dataset in use.</param>
    private NativeStatus TryCreateNext(DatasetBuild next, HashDatasetHandle inUse, long free, out HashDatasetHandle? dataset, out bool inherits)
    {
        if (free >= NumaCopies.NeedOf(inUse.Copies, inUse.Items))
        {
            inherits = false;
            var status = HashDatasetHandle.TryCreate(next.Algorithm, next.Seed, inUse.Items, _options.HugePages, out dataset, _options.GiantPages, inUse.Copies > 1);
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
            ? HashDatasetHandle.TryCreate(next.Algorithm, next.Seed, RandomXItems.None, _options.HugePages, out dataset)
            : NativeStatus.Memory;
    }
}
