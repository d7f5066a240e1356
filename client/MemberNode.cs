namespace P2PMiner.Client;

/// <summary>A node as it is in the membership table.</summary>
/// <param name="Node">Its full id.</param>
internal sealed record MemberNode(string Node, MemberState State);
