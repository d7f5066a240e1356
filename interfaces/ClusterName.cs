namespace P2PMiner;

/// <summary>What silos and clients must agree on to talk to each other at all.</summary>
public static class ClusterName
{
    /// <summary>
    /// Orleans cluster id and service id. The same everywhere: what keeps clusters apart is their key, which may be rotated.
    /// </summary>
    public static string Orleans { get; } = Of(WireVersion.Current);

    /// <summary>
    /// That of a <see cref="WireVersion"/>: silos that cannot understand each other are not in one cluster, even where they meet in one
    /// PostgreSQL.
    /// </summary>
    public static string Of(byte version) => version == 1 ? "p2p-miner" : $"p2p-miner-{version}";
}
