using System.Globalization;
using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>A dataset of which as much is held in memory as there is room for.</summary>
internal sealed class RandomXSetup(HashEngineOptions options, ILogger log) : AlgorithmSetup
{
    public override string Stage => "dataset";

    public override bool ServesGuests => true;

    public override bool HasNextSeed => true;

    public override bool DependsOnThreads => false;

    public override HashDatasetHandle Create(Algorithm algorithm, Seed seed, SetupRun run)
    {
        var plan = MemoryPlan.Make(options.RandomXMode, run.Threads, items => RandomXShape.Guess(algorithm, items).Machines, HostMemory.Read().AvailableBytes,
            options.RamBytes);
        var copies = options.Numa ? NumaCopies.Plan(NumaMachine.Nodes, plan) : null;
        Tell(copies ?? plan);
        log.DatasetStarted(algorithm.WireName(), seed.Hex, run.Threads);
        var numa = copies is not null;
        var items = plan.Items;
        HashDatasetHandle dataset;
        NativeStatus status;
        while ((status = HashDatasetHandle.TryCreate(algorithm, seed, items, options.HugePages, out dataset, options.GiantPages, numa)) == NativeStatus.Memory
            && items != RandomXItems.None)
        {
            var less = MemoryPlan.Fewer(items);
            log.LessForFailedAllocation(MemoryPlan.NeedOf(items) / MemoryPlan.MiB, NameOf(less), MemoryPlan.NeedOf(less) / MemoryPlan.MiB);
            (items, numa) = (less, false);
        }

        status.ThrowIfFailed($"make the {algorithm.WireName()} dataset");
        var guess = RandomXShape.Guess(algorithm, items);
        dataset.Shape = items == plan.Items ? guess with { Machines = plan.Machines } : guess;
        return dataset;
    }

    public override string NameOf(ulong items) => RandomXItems.NameOf(items);

    public override void LogReady(DatasetBuild build, NativeMemoryUse pads, int threads, TimeSpan took)
    {
        var memory = build.Memory;
        log.DatasetReady(NameOf(build.Items), (memory.Bytes + (MemoryPlan.MiB / 2)) / MemoryPlan.MiB, took.TotalSeconds,
            memory.HugePagesWanted == 0 ? 0 : 100.0 * memory.HugePages / memory.HugePagesWanted, memory.HugePages, memory.HugePagesWanted);
    }

    private void Tell(MemoryPlan plan)
    {
        var auto = options.RandomXMode == RandomXMode.Auto;
        var hints = new List<string>();
        if (auto && plan.MissingForPartial > 0)
        {
            hints.Add($"with {InMegabytes(plan.MissingForPartial)} MB more: partial");
        }

        if (auto && plan.MissingForFast > 0)
        {
            hints.Add($"with {InMegabytes(plan.MissingForFast)} MB more: fast");
        }

        var share = NameOf(plan.Items) == "partial" ? string.Create(CultureInfo.InvariantCulture, $", {100 * RandomXItems.ShareOf(plan.Items):F0}% of the dataset") : "";
        log.MemoryPlanned(auto && plan.Items == RandomXItems.None ? LogLevel.Warning : LogLevel.Information, NameOf(plan.Items), InMegabytes(plan.TakesBytes),
            plan.FreeBytes / MemoryPlan.MiB, share + (hints.Count == 0 ? "" : $"; {string.Join(", ", hints)}"));
    }

    private static long InMegabytes(long bytes) => (bytes + MemoryPlan.MiB - 1) / MemoryPlan.MiB;
}
