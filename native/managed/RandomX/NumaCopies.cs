namespace P2PMiner.Native;

/// <summary>Memory for what hashes read, held once for each NUMA node. Each node's own memory is the native library's concern.</summary>
internal static class NumaCopies
{
    /// <summary>The same plan with a copy on each node; null where there is too little for that, or one node.</summary>
    /// <param name="plan">With one copy.</param>
    public static MemoryPlan? Plan(int nodes, MemoryPlan plan)
    {
        var takes = plan.TakesBytes + MoreOf(nodes, plan.Items);
        return nodes > 1 && takes <= plan.FreeBytes ? plan with { TakesBytes = takes } : null;
    }

    /// <summary>What a dataset takes while it is made.</summary>
    /// <param name="items">Of the dataset, in each copy.</param>
    public static long NeedOf(int copies, ulong items) => MemoryPlan.NeedOf(items) + MoreOf(copies, items);

    /// <summary>A whole dataset needs the cache only while it is made, and then one.</summary>
    private static long MoreOf(int copies, ulong items)
        => (copies - 1) * (MemoryPlan.NeedOf(items) - (items == RandomXItems.All ? RandomXItems.CacheBytes : 0));
}
