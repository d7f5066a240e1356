using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>What hashing would take of this machine's memory if it began now. Reads and allocates nothing.</summary>
/// <param name="Mode">How much of a dataset would be held; none for algorithms without one.</param>
/// <param name="Bytes">Dataset, cache and scratchpads, all copies of a dataset together.</param>
/// <param name="MissingForFastBytes">So much more free memory would hold the whole dataset; 0: it is held, or there is none.</param>
public readonly record struct MemoryForecast(DatasetMode Mode, long Bytes, long MissingForFastBytes)
{
    /// <param name="threads">That hash.</param>
    /// <param name="memory">What the system has.</param>
    /// <exception cref="HashEngineException">Too little memory for even one lane of GhostRider.</exception>
    public static MemoryForecast Make(Algorithm algorithm, HashEngineOptions options, int threads, CpuCaches caches, HostMemory memory)
    {
        var reserved = memory.ReservedFor(options);
        if (algorithm == Algorithm.GhostRider)
        {
            var pads = PadPlan.Make(threads, caches, memory.AvailableBytes + reserved, options.RamBytes);
            return new(DatasetMode.None, (threads * pads.BytesMax) + PadPlan.LeastBytes, 0);
        }

        var plan = MemoryPlan.Make(
            options.RandomXMode, threads, items => RandomXShape.Guess(algorithm, items).Machines, memory.AvailableBytes, options.RamBytes, reserved);
        plan = (options.Numa ? NumaCopies.Plan(NumaMachine.Nodes, plan) : null) ?? plan;
        return new(RandomXItems.ModeOf(plan.Items), plan.TakesBytes, plan.MissingForFast);
    }
}
