using Microsoft.Extensions.Options;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Practice;

namespace P2PMiner.Grains.Pool;

/// <summary>The pools that this node mines on when it is master: those of the cluster, or the practice pool of this process.</summary>
public sealed class PoolDirectory(IOptions<PoolOptions> options, PracticePool practice, ClusterPools cluster)
{
    /// <summary>False: this node mines for practice, which concerns no other.</summary>
    public bool AreShared => !options.Value.Practice;

    /// <summary>
    /// The cluster's pools as far as this node knows: those changed by command since the start; else those configured here; else those configured on
    /// another node.
    /// </summary>
    public PoolSet Shared => !AreShared ? PoolSet.None
        : cluster.Heard.Changes == 0 && options.Value.Pools.Count > 0 ? new() { Pools = options.Value.Pools.ConvertAll(pool => pool.ToNewPool()) }
        : cluster.Heard;

    public IReadOnlyList<PoolEntry> Entries => AreShared
        ? [.. Shared.Pools.Select(PoolEntry.Of)]
        : [new() { Url = $"stratum+tcp://{practice.Endpoint}", User = "practice" }];

    /// <summary>Keeps what a session told about its pools. An empty list is ignored: a session may not have heard of any yet.</summary>
    /// <returns>False: not kept, its count of changes leaps above what is known here (<see cref="CounterLimit"/>) or is below 0.</returns>
    public bool Heard(PoolSet pools)
    {
        if (pools.Changes < 0 || CounterLimit.IsLeap(pools.Changes, cluster.Heard.Changes))
        {
            return false;
        }

        if (pools.Pools.Count > 0)
        {
            cluster.Heard = pools;
        }

        return true;
    }
}
