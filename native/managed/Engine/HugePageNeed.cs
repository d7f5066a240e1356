using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>How much memory the engine would like to have in huge pages on a machine, by the plans that it makes itself when it starts.</summary>
/// <param name="DatasetBytes">Of one copy of the dataset, in whole 2 MiB; 0: there is none. 1 GB pages may hold it.</param>
/// <param name="Copies">One, or one for each NUMA node.</param>
/// <param name="OtherBytes">Caches and the scratchpads of all threads, in whole 2 MiB: never in 1 GB pages.</param>
public sealed record HugePageNeed(long DatasetBytes, int Copies, long OtherBytes)
{
    /// <summary>
    /// Left to the system beyond <see cref="HostMemory.MarginBytes"/>: unlike other memory, pages that are set aside cannot be lent or swapped out.
    /// </summary>
    private const long MoreMarginBytes = 256 * HostMemory.MiB;

    private const long PageBytes = 2 * HostMemory.MiB;

    public static HugePageNeed None { get; } = new(0, 1, 0);

    /// <summary>The settings ask for more memory than the machine could give. Setting any aside would starve its other programs.</summary>
    public static HugePageNeed TooMuch { get; } = new(0, 1, 0) { IsTooMuch = true };

    public bool IsTooMuch { get; private init; }

    public long TotalBytes => (DatasetBytes * Copies) + OtherBytes;

    /// <param name="cores">Logical CPUs that hashing may use.</param>
    /// <param name="numaNodes">With CPUs of their own; 1 or more.</param>
    /// <param name="pageBytes">In huge pages that are set aside already, and that no other program uses: the machine has them besides its free memory.</param>
    /// <param name="root">Where /proc and /sys lie; "/" outside tests.</param>
    /// <exception cref="HashEngineException">Too little memory for even one lane of GhostRider, or the environment forces a kernel that is not there.</exception>
    public static HugePageNeed Of(Algorithm algorithm, HashEngineOptions options, int cores, int numaNodes, long pageBytes, string root = "/")
    {
        if (!options.HugePages)
        {
            return None;
        }

        var caches = CpuCaches.Read(root);
        var threads = options.Threads ?? ThreadCount.Auto(algorithm, cores, caches.L3Bytes);
        var available = HostMemory.Read(root).AvailableBytes + pageBytes - MoreMarginBytes;
        return algorithm == Algorithm.GhostRider ? OfGhostRider(options, threads, caches, available)
            : OfRandomX(algorithm, options, threads, options.Numa ? numaNodes : 1, available);
    }

    private static HugePageNeed OfGhostRider(HashEngineOptions options, int threads, CpuCaches caches, long available)
    {
        var plan = PadPlan.Make(threads, caches, available, options.RamBytes);
        // While it is measured how many lanes are best, there are as many as fit.
        var pads = InPages(plan.MostLanes().PadBytes);
        return new(0, 1, (threads * pads) + PadPlan.LeastBytes);
    }

    private static HugePageNeed OfRandomX(Algorithm algorithm, HashEngineOptions options, int threads, int numaNodes, long available)
    {
        var plan = MemoryPlan.Make(options.RandomXMode, threads, items => RandomXShape.Guess(algorithm, items).Machines, available, options.RamBytes);
        if (plan.TakesBytes > plan.FreeBytes)
        {
            return TooMuch;
        }

        var copies = NumaCopies.Plan(numaNodes, plan) is null ? 1 : numaNodes;
        var isWhole = plan.Items == RandomXItems.All;
        var machines = plan.Machines;
        if (isWhole && options.Tune)
        {
            // As above: the most that is tried.
            machines = Math.Max(machines, ShapeTuner.Candidates(MemoryPlan.FittingMachines(
                plan.FreeBytes - NumaCopies.NeedOf(copies, plan.Items), threads, most: RandomXShape.MachinesMax)) is [.., var last] ? last.Machines : 1);
        }

        // A whole dataset needs its cache only while it is made; then the next seed's takes the pages.
        var cached = isWhole ? 1 : copies;
        return new(MemoryPlan.NeedOf(plan.Items) - RandomXItems.CacheBytes, copies,
            (cached * RandomXItems.CacheBytes) + (threads * RandomXShape.PadBytesOf(machines)) + RandomXShape.Single.PadBytes);
    }

    private static long InPages(long bytes) => (bytes + PageBytes - 1) / PageBytes * PageBytes;
}
