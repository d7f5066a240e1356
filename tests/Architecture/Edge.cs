namespace P2PMiner.Architecture.Tests;

/// <summary>One room uses another. A room is a folder with sources, named by its path from the root of the repository.</summary>
internal readonly record struct Edge(string User, string Used)
{
    public override string ToString() => $"{User} -> {Used}";
}
