namespace P2PMiner.Pools.Practice;

/// <summary>One line of the ledger: a share that was recomputed and counted.</summary>
/// <param name="Blob">
/// The job's blob as it was sent, hex, nonce still zero; of Stratum v1 the header before its nonce. Two shares with equal blob and nonce are the same hash.
/// </param>
public readonly record struct AcceptedShare(string JobId, string Blob, uint Nonce, ulong Height, double Difficulty);
