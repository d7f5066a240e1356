using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>
/// No dataset, but scratchpads: as many for each thread as it works on hashes at once, a number that is measured once for each machine.
/// </summary>
internal sealed class GhostRiderSetup(HashEngineOptions options, TimeProvider clock, LaneFile? kept, ILogger log) : AlgorithmSetup
{
    public override string Stage => "lane measurement";

    /// <summary>GhostRider needs so little memory that every node hashes for itself.</summary>
    public override bool ServesGuests => false;

    public override bool HasNextSeed => false;

    /// <summary>More threads have smaller shares of the caches and of --ram.</summary>
    public override bool DependsOnThreads => true;

    public override HashDatasetHandle Create(Algorithm algorithm, Seed seed, SetupRun run)
    {
        var plan = PlanFor(run.Threads);
        HashDatasetHandle.TryCreate(algorithm, seed, items: 0, options.HugePages, out var dataset).ThrowIfFailed($"prepare {algorithm.WireName()}");
        try
        {
            dataset.Finish();
            dataset.Lanes = Choose(dataset, plan, run);
            using (var context = HashContextHandle.Create(dataset, options.HugePages))
            {
                SelfTest.RunLanes(context, dataset.Lanes);
            }

            return dataset;
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }

    public override DatasetMode ModeOf(ulong items) => DatasetMode.None;

    public override void LogReady(DatasetBuild build, NativeMemoryUse pads, int threads, TimeSpan took)
        => log.PadsReady(pads.Bytes / HostMemory.MiB, threads, pads.HugePages, pads.HugePagesWanted, Describe(build.Dataset!));

    public override string Describe(HashDatasetHandle dataset) => $"kernel {GhostRiderKernel.Name}, lanes {dataset.Lanes}";

    /// <exception cref="HashEngineException">Too little memory for even one lane.</exception>
    public string DescribePlan(int threads)
    {
        var plan = PlanFor(threads);
        var lanes = !options.Tune ? $"lanes {LaneDepths.Guess(plan.BytesMax)} (guessed)"
            : FindKept(plan, threads) is { } found ? $"lanes {found} (measured before)"
            : "lanes to be measured";
        return $"up to {plan.BytesMax / HostMemory.MiB} MB for each of {threads} thread{(threads == 1 ? "" : "s")}, kernel {GhostRiderKernel.Name}, {lanes}";
    }

    private PadPlan PlanFor(int threads)
    {
        var memory = HostMemory.Read();
        return PadPlan.Make(threads, CpuCaches.Read(), memory.AvailableBytes + memory.ReservedFor(options), options.RamBytes);
    }

    private LaneDepths? FindKept(PadPlan plan, int threads)
        => kept?.Find(KeyFor(plan, threads), log) is { } found && found.PadBytes <= plan.BytesMax ? found : null;

    private LaneDepths Choose(HashDatasetHandle dataset, PadPlan plan, SetupRun run)
    {
        var guess = LaneDepths.Guess(plan.BytesMax);
        if (!options.Tune)
        {
            return guess;
        }

        if (FindKept(plan, run.Threads) is { } found)
        {
            return found;
        }

        log.LanesMeasuring(run.Threads, LaneTuner.Budget.TotalSeconds);
        var began = clock.GetTimestamp();
        var most = plan.MostLanes();
        using var meter = new LaneMeter(dataset, most, run.Threads, options.HugePages, run.Settle);
        var depths = new LaneTuner(meter, clock).Run(most, run.IsCancelled, run.Report).Choose(otherwise: guess);
        log.LanesMeasured(depths, clock.GetElapsedTime(began).TotalSeconds, guess);
        kept?.Keep(KeyFor(plan, run.Threads), depths, clock.GetUtcNow(), log);
        return depths;
    }

    private LaneKey KeyFor(PadPlan plan, int threads)
    {
        var machine = HostCapabilities.Detect(Algorithm.GhostRider, options);
        return new()
        {
            Cpu = machine.Cpu,
            L2Bytes = machine.L2Bytes,
            L3Bytes = machine.L3Bytes,
            Threads = threads,
            Kernel = GhostRiderKernel.Name,
            PadBytesMax = plan.BytesMax,
            HugePages = options.HugePages,
            Version = machine.Version,
        };
    }
}
