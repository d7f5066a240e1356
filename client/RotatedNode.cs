namespace P2PMiner.Client;

/// <summary>What became of one node in a rotation.</summary>
/// <param name="Node">Its full id.</param>
/// <param name="Why">Null if it uses the new key.</param>
internal sealed record RotatedNode(string Node, RotationOutcome Outcome, string? Why);
