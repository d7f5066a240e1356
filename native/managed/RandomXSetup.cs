using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>A dataset in fast mode where the memory allows it, otherwise in light mode.</summary>
internal sealed class RandomXSetup(HashEngineOptions options, ILogger log) : AlgorithmSetup
{
    public override string Stage => "dataset";

    public override bool ServesGuests => true;

    public override bool HasNextSeed => true;

    public override bool DependsOnThreads => false;

    public override HashDatasetHandle Create(Algorithm algorithm, Seed seed, SetupRun run)
    {
        var padBytes = run.Threads * RandomXShape.Guess(algorithm, RandomXItems.All).PadBytes;
        var plan = MemoryPlan.Make(options.RandomXMode, padBytes, HostMemory.Read().AvailableBytes, options.RamBytes);
        if (plan.Items == RandomXItems.None && options.RandomXMode == RandomXMode.Auto)
        {
            log.LightForLackOfMemory(plan.NeedBytes / MemoryPlan.MiB, plan.FreeBytes / MemoryPlan.MiB);
        }

        log.DatasetStarted(algorithm.WireName(), seed.Hex, run.Threads);
        var status = HashDatasetHandle.TryCreate(algorithm, seed, plan.Items, options.HugePages, out var dataset);
        if (status == NativeStatus.Memory && plan.Items == RandomXItems.All)
        {
            log.LightForFailedAllocation(plan.NeedBytes / MemoryPlan.MiB);
            status = HashDatasetHandle.TryCreate(algorithm, seed, RandomXItems.None, options.HugePages, out dataset);
        }

        status.ThrowIfFailed($"make the {algorithm.WireName()} dataset");
        dataset.Shape = RandomXShape.Guess(algorithm, dataset.Items);
        return dataset;
    }

    public override string NameOf(ulong items) => RandomXItems.NameOf(items);

    public override void LogReady(DatasetBuild build, NativeMemoryUse pads, int threads, TimeSpan took)
    {
        var memory = build.Memory;
        log.DatasetReady(NameOf(build.Items), (memory.Bytes + (MemoryPlan.MiB / 2)) / MemoryPlan.MiB, took.TotalSeconds,
            memory.HugePagesWanted == 0 ? 0 : 100.0 * memory.HugePages / memory.HugePagesWanted, memory.HugePages, memory.HugePagesWanted);
    }
}
