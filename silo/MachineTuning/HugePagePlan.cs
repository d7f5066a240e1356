using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>
/// Which huge pages the miner would like on this machine as it is now: 1 GB pages for the dataset as far as it fills them, and 2 MiB pages for what no 1 GB
/// page holds yet. On a machine with several NUMA nodes each has its own. Changes nothing.
/// </summary>
/// <param name="Giant">1 GB pages; empty where the machine has none, or 2 MiB pages that are set aside already hold everything.</param>
/// <param name="Huge">2 MiB pages.</param>
internal sealed record HugePagePlan(HugePageNeed Need, IReadOnlyList<HugePageGoal> Giant, IReadOnlyList<HugePageGoal> Huge)
{
    /// <param name="algorithm">That the miner will hash.</param>
    /// <param name="options">Those of the miner.</param>
    /// <param name="cores">Logical CPUs that it may use.</param>
    /// <param name="root">Where /proc and /sys lie; "/" outside tests.</param>
    /// <exception cref="HashEngineException">Too little memory for the algorithm.</exception>
    public static HugePagePlan Make(Algorithm algorithm, HashEngineOptions options, int cores, string root = "/")
    {
        var nodes = NumaNodes(root);
        var huge = Usage.Of(Pools(HugePagePool.HugeBytes));
        var giant = Usage.Of(Pools(HugePagePool.GiantBytes));
        // What the miner holds is most often a dataset: 1 GB pages first.
        var ours = MinerProcesses.HugePageBytes(root);
        var inGiant = giant.Take(ours);
        huge.Take(ours - inGiant);

        var need = HugePageNeed.Of(algorithm, options, cores, Math.Max(1, nodes.Count), huge.OwnBytes + giant.OwnBytes, root);
        var goals = giant.Pools.Count == 0 || !options.GiantPages || huge.OwnBytes >= need.TotalBytes ? []
            : giant.Goals([.. Shares(need.DatasetBytes / HugePagePool.GiantBytes, need.Copies, giant.Pools.Count)]);
        var left = need.TotalBytes - (goals.Sum(goal => goal.Got) * HugePagePool.GiantBytes);
        return new(need, goals, huge.Goals([.. Left(need, goals, left, huge.Pools.Count)]));

        IReadOnlyList<HugePagePool> Pools(long pageBytes)
        {
            var ofNodes = HugePagePool.OfNumaNodes(pageBytes, root).Where(pool => nodes.Contains(pool.NumaNode!.Value)).ToList();
            return ofNodes.Count > 1 ? ofNodes : HugePagePool.OfMachine(pageBytes, root) is { } one ? [one] : [];
        }
    }

    /// <summary>Those with CPUs of their own.</summary>
    private static List<int> NumaNodes(string root)
        => [.. MachineText.Numbered(root, "/sys/devices/system/node", "node").Where(node => MachineText.Read(root, $"{node.Path}/cpulist") is { Length: > 0 })
            .Select(node => node.Number)];

    /// <summary>Of each pool: a copy has its own pages, one dataset for all lies spread over the nodes whose threads touch it first.</summary>
    private static IEnumerable<long> Shares(long pages, int copies, int pools)
        => Enumerable.Range(0, pools).Select(pool => copies == pools ? pages : (pages * copies / pools) + (pool < pages * copies % pools ? 1 : 0));

    private static IEnumerable<long> Left(HugePageNeed need, IReadOnlyList<HugePageGoal> giant, long leftBytes, int pools)
        => Enumerable.Range(0, pools).Select(pool => InPages(need.Copies == pools && pools > 1
            ? need.DatasetBytes - (giant.Count == pools ? giant[pool].Got * HugePagePool.GiantBytes : 0) + (need.OtherBytes / pools)
            : leftBytes / pools));

    private static long InPages(long bytes) => (bytes + HugePagePool.HugeBytes - 1) / HugePagePool.HugeBytes;

    /// <summary>Pools of one page size, and whose their pages are.</summary>
    private sealed class Usage(IReadOnlyList<HugePagePool> pools, long[] others)
    {
        public IReadOnlyList<HugePagePool> Pools => pools;

        /// <summary>In pages that no other program uses.</summary>
        public long OwnBytes => pools.Select((pool, index) => (pool.Total - others[index]) * pool.PageBytes).Sum();

        public static Usage Of(IReadOnlyList<HugePagePool> pools) => new(pools, [.. pools.Select(pool => pool.Used)]);

        /// <summary>Counts pages in use as the miner's, up to so many bytes; of several NUMA nodes in proportion.</summary>
        /// <returns>Bytes.</returns>
        public long Take(long bytes)
        {
            var used = others.Sum();
            if (used == 0)
            {
                return 0;
            }

            var taken = Math.Min(used, bytes / pools[0].PageBytes);
            for (var i = 0; i < others.Length; i++)
            {
                others[i] -= others[i] * taken / used;
            }

            return taken * pools[0].PageBytes;
        }

        public IReadOnlyList<HugePageGoal> Goals(long[] wanted) => [.. pools.Select((pool, index) => new HugePageGoal(pool, others[index], wanted[index]))];
    }
}
