namespace P2PMiner.Client;

/// <summary>A node as the membership table has it.</summary>
/// <param name="Node">Its full id.</param>
internal sealed record MemberNode(string Node, MemberState State);
