namespace P2PMiner.Hashing;

/// <summary>What several algorithms have in common.</summary>
public static class AlgorithmKinds
{
    /// <summary>One of the versions of RandomX: a seed, a dataset and jobs in Monero's form.</summary>
    public static bool IsRandomX(this Algorithm algorithm) => algorithm is Algorithm.RandomX or Algorithm.RandomXV2;
}
