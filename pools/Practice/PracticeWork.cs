namespace P2PMiner.Pools.Practice;

/// <summary>What all miners work on now; each miner's own blob is made from it.</summary>
/// <param name="Refresh">Counts the jobs of the block from 0.</param>
internal sealed record PracticeWork(PracticeBlock Block, uint Refresh, ulong UnixSeconds);
