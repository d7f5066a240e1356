using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>How many hashing threads suit a machine.</summary>
public static class ThreadCount
{
    private const long RandomXScratchpadBytes = 2 << 20;

    /// <summary>
    /// One thread per core, but for RandomX no more than the number of scratchpads that fit into the L3 cache: more would only evict each
    /// other.
    /// </summary>
    /// <param name="l3Bytes">All L3 caches together; 0: not known, then every core hashes.</param>
    public static int Auto(Algorithm algorithm, int cores, long l3Bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cores, 1);
        if (algorithm is Algorithm.GhostRider || l3Bytes <= 0)
        {
            return cores;
        }

        return (int)Math.Min(cores, Math.Max(1, l3Bytes / RandomXScratchpadBytes));
    }
}
