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
        var plan = MemoryPlan.Make(options.RandomXMode, run.Threads, HostMemory.Read().AvailableBytes, options.RamBytes);
        if (plan.Mode == NativeMode.Light && options.RandomXMode == RandomXMode.Auto)
        {
            log.LightForLackOfMemory(plan.NeedBytes / MemoryPlan.MiB, plan.FreeBytes / MemoryPlan.MiB);
        }

        log.DatasetStarted(algorithm.WireName(), seed.Hex, run.Threads);
        var status = HashDatasetHandle.TryCreate(algorithm, seed, plan.Mode, options.HugePages, out var dataset);
        if (status == NativeStatus.Memory && plan.Mode == NativeMode.Fast)
        {
            log.LightForFailedAllocation(plan.NeedBytes / MemoryPlan.MiB);
            status = HashDatasetHandle.TryCreate(algorithm, seed, NativeMode.Light, options.HugePages, out dataset);
        }

        status.ThrowIfFailed($"make the {algorithm.WireName()} dataset");
        return dataset;
    }

    public override string NameOf(NativeMode mode) => mode == NativeMode.Fast ? "fast" : "light";

    public override void LogReady(DatasetBuild build, NativeMemoryUse pads, int threads, TimeSpan took)
    {
        var memory = build.Memory;
        log.DatasetReady(NameOf(build.Mode), (memory.Bytes + (MemoryPlan.MiB / 2)) / MemoryPlan.MiB, took.TotalSeconds,
            memory.HugePagesWanted == 0 ? 0 : 100.0 * memory.HugePages / memory.HugePagesWanted, memory.HugePages, memory.HugePagesWanted);
    }
}
