using P2PMiner.Pool;

namespace P2PMiner.Grains.Pool;

/// <summary>The cluster's pools as a session last told this node. Kept while silos and masters come and go, never on disk. Any thread.</summary>
public sealed class ClusterPools
{
    private volatile PoolSet _heard = PoolSet.None;

    public PoolSet Heard
    {
        get => _heard;
        set => _heard = value;
    }
}
