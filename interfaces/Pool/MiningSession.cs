namespace P2PMiner.Pool;

/// <summary>Names that every part of a cluster must agree on.</summary>
public static class MiningSession
{
    /// <summary>Key of the pool session grain and the job grain.</summary>
    public const string Main = "main";

    /// <summary>Orleans service id, and the cluster id as long as no cluster key gives another.</summary>
    public const string ServiceId = "p2pminer";
}
