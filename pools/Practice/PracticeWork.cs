namespace P2PMiner.Pools.Practice;

/// <summary>What everybody mines at present; each miner's own blob is made from it.</summary>
/// <param name="Refresh">Counts the jobs of the block from 0.</param>
internal sealed record PracticeWork(PracticeBlock Block, uint Refresh, ulong UnixSeconds);
