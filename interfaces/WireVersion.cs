namespace P2PMiner;

/// <summary>
/// The one version of all that travels between nodes: beacons, the table port, grain calls. Raised only by a change that older nodes cannot
/// follow, together with packaging/compat-base (docs/dev/compatibility.md). Nodes of two such versions tell each other so and stay apart.
/// </summary>
public static class WireVersion
{
    public const byte Current = 1;

    /// <summary>What to tell the owner about a node of another version.</summary>
    /// <param name="theirs">Not <see cref="Current"/>.</param>
    /// <param name="there">How the sentence names that node's machine.</param>
    public static string Advice(byte theirs, string there)
        => $"it runs another version of p2p-miner that cannot work with this one (it speaks version {theirs} of the protocol between nodes, this node version "
            + $"{Current}); upgrade p2p-miner on {(theirs < Current ? there : "this machine")}, the older of the two";
}
