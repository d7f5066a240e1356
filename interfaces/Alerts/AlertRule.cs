namespace P2PMiner.Alerts;

/// <summary>The words of the rules. They are stored, shown and sent: never change one.</summary>
public static class AlertRule
{
    public const string NodeLost = "node-lost";
    public const string PoolLost = "pool-lost";
    public const string Rate = "rate";
    public const string NoHashes = "no-hashes";
    public const string Rejects = "rejects";
    public const string WrongHashes = "wrong-hashes";
    public const string Temperature = "temperature";
    public const string HugePages = "huge-pages";
    public const string Master = "master";
    public const string Pools = "pools";
    public const string Summary = "summary";

    /// <summary>Those that tell something once; the others tell when something becomes bad, and when it is well again.</summary>
    public static bool IsNews(string rule) => rule is Master or Pools or Summary;
}
