namespace P2PMiner.Silo.Setup;

/// <summary>The package's units.</summary>
internal static class Units
{
    public const string Miner = "p2p-miner.service";

    /// <summary>Huge pages, registers and governor.</summary>
    public const string Tune = "p2p-miner-tune.service";
}
