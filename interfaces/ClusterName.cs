namespace P2PMiner;

/// <summary>What silos and clients must agree on to talk to each other at all.</summary>
public static class ClusterName
{
    /// <summary>Orleans cluster id and service id. The same everywhere: what keeps clusters apart is their key, which may be rotated.</summary>
    public const string Orleans = "p2p-miner";
}
