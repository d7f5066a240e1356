using System.Globalization;
using Microsoft.Extensions.Logging;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>A dataset of which as much is held in memory as there is room for.</summary>
internal sealed class RandomXSetup(HashEngineOptions options, TimeProvider clock, ShapeFile? kept, ILogger log) : AlgorithmSetup
{
    /// <summary>What was measured in this process: for the next seed, where no file keeps it.</summary>
    private readonly Dictionary<ShapeKey, RandomXShape> _measured = [];

    public override string Stage => "dataset";

    public override bool ServesGuests => true;

    public override bool HasNextSeed => true;

    public override bool DependsOnThreads => false;

    /// <exception cref="HashEngineException">Not even the cache fits, or there is no memory for it.</exception>
    public override HashDatasetHandle Create(Algorithm algorithm, Seed seed, SetupRun run)
    {
        if (options.RamMegabytes < HashEngineOptions.LeastForRandomX)
        {
            throw new HashEngineException(
                $"too little memory for RandomX: {HashEngineOptions.LeastForRandomX} MB are needed at least, {options.RamMegabytes} MB are allowed (--ram)");
        }

        var memory = HostMemory.Read();
        var plan = MemoryPlan.Make(options.RandomXMode, run.Threads, items => RandomXShape.Guess(algorithm, items).Machines, memory.AvailableBytes,
            options.RamBytes, memory.ReservedFor(options));
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
            log.LessForFailedAllocation(MemoryPlan.NeedOf(items) / HostMemory.MiB, ModeOf(less).ModeName(), MemoryPlan.NeedOf(less) / HostMemory.MiB);
            (items, numa) = (less, false);
        }

        status.ThrowIfFailed($"make the {algorithm.WireName()} dataset");
        var guess = RandomXShape.Guess(algorithm, items);
        dataset.Shape = items == plan.Items ? guess with { Machines = plan.Machines } : guess;
        return dataset;
    }

    public override void Settle(HashDatasetHandle dataset, SetupRun run)
    {
        // Only with the whole dataset: what is best then depends on the machine's memory. Without it the work lies in computing items,
        // where the guess goes by the kernel and is right; and light mode is to start at once.
        if (dataset.Items == RandomXItems.All && options.Tune)
        {
            dataset.Shape = Choose(dataset, run);
        }

        if (dataset.Items != RandomXItems.None)
        {
            SelfTest.RunMachines(dataset, options.HugePages);
        }
    }

    public override DatasetMode ModeOf(ulong items) => RandomXItems.ModeOf(items);

    public override void LogReady(DatasetBuild build, NativeMemoryUse pads, int threads, TimeSpan took)
    {
        var memory = build.Memory;
        log.DatasetReady(ModeOf(build.Items).ModeName(), (memory.Bytes + (HostMemory.MiB / 2)) / HostMemory.MiB, took.TotalSeconds,
            memory.HugePagesWanted == 0 ? 0 : 100.0 * memory.HugePages / memory.HugePagesWanted, memory.HugePages, memory.HugePagesWanted);
    }

    public override string Describe(HashDatasetHandle dataset)
        => $"kernel {RandomXKernel.NameOf(dataset.Algorithm)}, {dataset.Shape}{ShareOf(dataset.Items)}";

    private RandomXShape Choose(HashDatasetHandle dataset, SetupRun run)
    {
        var guess = dataset.Shape!.Value;
        var memory = HostMemory.Read();
        var free = Math.Min(memory.AvailableBytes + memory.ReservedFor(options) - HostMemory.MarginBytes,
            options.RamBytes - (long)dataset.Memory.Bytes ?? long.MaxValue);
        var candidates = ShapeTuner.Candidates(Math.Max(guess.Machines, MemoryPlan.FittingMachines(free, run.Threads, most: RandomXShape.MachinesMax)));
        var key = KeyFor(dataset.Algorithm, run.Threads, candidates[^1].Machines);
        if (_measured.TryGetValue(key, out var shape))
        {
            return shape;
        }

        if (kept?.Find(key, log) is { } found)
        {
            return found;
        }

        log.ShapeMeasuring(run.Threads, ShapeTuner.Budget.TotalSeconds);
        var began = clock.GetTimestamp();
        using (var meter = new ShapeMeter(dataset, run.Threads, options.HugePages, run.Settle))
        {
            shape = new ShapeTuner(meter, clock).Run(candidates, otherwise: guess, run.IsCancelled);
        }

        log.ShapeMeasured(shape, clock.GetElapsedTime(began).TotalSeconds, guess);
        _measured[key] = shape;
        kept?.Keep(key, shape, clock.GetUtcNow(), log);
        return shape;
    }

    private ShapeKey KeyFor(Algorithm algorithm, int threads, uint machinesMax)
    {
        var machine = HostCapabilities.Detect(algorithm, options);
        return new()
        {
            Algorithm = algorithm.WireName(),
            Cpu = machine.Cpu,
            L3Bytes = machine.L3Bytes,
            Threads = threads,
            Kernel = RandomXKernel.NameOf(algorithm),
            MachinesMax = machinesMax,
            HugePages = options.HugePages,
            Version = machine.Version,
        };
    }

    private static string ShareOf(ulong items)
        => items is RandomXItems.None or RandomXItems.All ? ""
            : string.Create(CultureInfo.InvariantCulture, $", {100 * RandomXItems.ShareOf(items):F0}% of the dataset");

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

        log.MemoryPlanned(auto && plan.Items == RandomXItems.None ? LogLevel.Warning
            : LogLevel.Information, ModeOf(plan.Items).ModeName(), InMegabytes(plan.TakesBytes),
            plan.FreeBytes / HostMemory.MiB, ShareOf(plan.Items) + (hints.Count == 0 ? "" : $"; {string.Join(", ", hints)}"));
    }

    private static long InMegabytes(long bytes) => (bytes + HostMemory.MiB - 1) / HostMemory.MiB;
}
