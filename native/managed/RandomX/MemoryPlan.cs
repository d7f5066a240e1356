namespace P2PMiner.Native;

/// <summary>How much of a RandomX dataset is held in memory, and how many machines each thread has, so that all of it fits.</summary>
/// <param name="Items">Of the dataset, to try to hold.</param>
/// <param name="Machines">Of each thread, 1 or more.</param>
/// <param name="TakesBytes">All of it together, the cache too.</param>
/// <param name="FreeBytes">What there is for it.</param>
/// <param name="MissingForPartial">Bytes more would make a part of the dataset pay; 0 in another mode than light.</param>
/// <param name="MissingForFast">Bytes more would hold all of it; 0 where it is held.</param>
internal readonly record struct MemoryPlan(ulong Items, uint Machines, long TakesBytes, long FreeBytes, long MissingForPartial, long MissingForFast)
{
    /// <summary>
    /// A part of the dataset is worth its 256 MiB and filling time from here on: it saves one item in 65. Below that the memory is better
    /// left to the machines, of which light mode has more than partial mode.
    /// </summary>
    public const ulong LeastPartItems = 32 * (ulong)HostMemory.MiB / RandomXItems.Bytes;

    private const ulong PageItems = 2 * (ulong)HostMemory.MiB / RandomXItems.Bytes;

    /// <summary>More would be all of it, which needs no cache.</summary>
    private const ulong MostPartItems = RandomXItems.All / PageItems * PageItems;

    /// <param name="threads">That hash. One more verifies, with a single machine; those that hash for other nodes count for nothing: they come with the first
    /// such node, and go by what is free then.</param>
    /// <param name="machinesOf">How many machines of a thread are best with so many items, see <see cref="RandomXShape.Guess"/>.</param>
    /// <param name="availableBytes">What the system has free.</param>
    /// <param name="limitBytes">What the owner allows; null: all that is available.</param>
    /// <param name="reservedBytes">What huge pages that are set aside would hold besides. They hold a dataset as a whole or not at all.</param>
    public static MemoryPlan Make(
        RandomXMode mode, int threads, Func<ulong, uint> machinesOf, long availableBytes, long? limitBytes, long reservedBytes = 0)
    {
        var ordinary = Make(mode, threads, machinesOf, Free(availableBytes), RandomXItems.All);
        var most = reservedBytes >= NeedOf(RandomXItems.All) - RandomXItems.CacheBytes ? RandomXItems.All
            : (ulong)reservedBytes / RandomXItems.Bytes / PageItems * PageItems;
        if (most == RandomXItems.None || (mode == RandomXMode.Fast && most != RandomXItems.All))
        {
            return ordinary;
        }

        var inReserved = Make(mode, threads, machinesOf, Free(availableBytes + reservedBytes), most);
        return inReserved.Items >= ordinary.Items ? inReserved : ordinary;

        long Free(long bytes) => Math.Min(Math.Max(0, bytes - HostMemory.MarginBytes), limitBytes ?? long.MaxValue);
    }

    /// <param name="free">Bytes.</param>
    /// <param name="most">Items that may be held.</param>
    private static MemoryPlan Make(RandomXMode mode, int threads, Func<ulong, uint> machinesOf, long free, ulong most)
    {
        var part = mode is RandomXMode.Partial or RandomXMode.Auto ? LargestPart() : RandomXItems.None;
        var items = mode switch
        {
            RandomXMode.Fast => RandomXItems.All,
            RandomXMode.Light => RandomXItems.None,
            RandomXMode.Partial => part,
            _ => most == RandomXItems.All && FittingMachines(RandomXItems.All) > 0 ? RandomXItems.All : part >= LeastPartItems ? part : RandomXItems.None,
        };
        var machines = Math.Max(1, FittingMachines(items));
        return new(items, machines, Need(items, machines), free,
            items == RandomXItems.None ? Missing(LeastPartItems, machinesOf(LeastPartItems)) : 0, items == RandomXItems.All ? 0 : Missing(RandomXItems.All, 1));

        long Need(ulong items, uint machines) => NeedOf(items) + PadsOf(machines);

        long PadsOf(uint machines) => (threads * RandomXShape.PadBytesOf(machines)) + RandomXShape.Single.PadBytes;

        long Missing(ulong items, uint machines) => Math.Max(0, Need(items, machines) - free);

        uint FittingMachines(ulong items) => MemoryPlan.FittingMachines(free - NeedOf(items), threads, machinesOf(items));

        // Which number of machines is best depends on the items, and how many of them fit on the machines. Each round ends lower, or is the last.
        ulong LargestPart()
        {
            var items = Math.Min(MostPartItems, most);
            while (items > 0 && Need(items, machinesOf(items)) > free)
            {
                var room = Math.Max(0, free - Need(RandomXItems.None, machinesOf(items))) / RandomXItems.Bytes;
                items = Math.Min(items - PageItems, (ulong)room / PageItems * PageItems);
            }

            return items;
        }
    }

    /// <summary>How many machines of each thread fit, beside one that verifies.</summary>
    /// <param name="freeBytes">What there is for them, without the dataset; may be below 0.</param>
    public static uint FittingMachines(long freeBytes, int threads, uint most)
    {
        var left = (freeBytes - RandomXShape.Single.PadBytes) / threads;
        while (most > 0 && RandomXShape.PadBytesOf(most) > left)
        {
            most--;
        }

        return most;
    }

    /// <summary>After the system gave no memory for <see cref="Items"/>: how many to try next.</summary>
    public static ulong Fewer(ulong items) => items / 2 / PageItems * PageItems is var half && half >= LeastPartItems ? half : RandomXItems.None;

    /// <summary>What a dataset takes while it is made.</summary>
    public static long NeedOf(ulong items) => RandomXItems.CacheBytes + (long)((items + PageItems - 1) / PageItems * PageItems * RandomXItems.Bytes);
}
