using P2PMiner.Security;

namespace P2PMiner.Client;

/// <summary>A rotation that was carried out.</summary>
/// <param name="Until">When the former key's grace ends.</param>
/// <param name="NotStored">Why the new key is not in the key file of the console's machine; null: it is.</param>
internal sealed record KeyRotationResult(ClusterKey Key, ClusterKey Former, DateTimeOffset Until, IReadOnlyList<RotatedNode> Nodes, string? NotStored)
{
    public string JoinLine => Key.ToJoinLine();

    public IEnumerable<RotatedNode> Of(RotationOutcome outcome) => Nodes.Where(node => node.Outcome == outcome);

    /// <summary>Without the join line: a record would print all it has.</summary>
    public override string ToString() => $"rotation from {Former} to {Key}";
}
