using P2PMiner.Hashing;
using P2PMiner.Pools.Connections;

namespace P2PMiner.Pools.Stratum;

/// <summary>
/// Which Stratum is spoken with a pool. Nothing in its URL tells, and in both dialects the miner speaks first. So what the cluster mines
/// decides, and if it mines both, what it prefers.
/// </summary>
internal static class StratumDialect
{
    /// <summary>mining.subscribe, mining.notify, mining.submit: pools of GhostRider.</summary>
    public static bool IsV1(PoolEndpoint endpoint) => !endpoint.Url.IsDaemon
        && endpoint.Algorithms.FirstOrDefault() == Algorithm.GhostRider;

    /// <summary>login, job, submit: pools of RandomX.</summary>
    public static bool IsMonero(PoolEndpoint endpoint) => !endpoint.Url.IsDaemon && !IsV1(endpoint);
}
