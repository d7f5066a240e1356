namespace P2PMiner.Silo.Node;

/// <summary>Which part a node plays in its cluster.</summary>
public enum NodeMode
{
    /// <summary>The nodes elect one of them as master.</summary>
    Auto = 0,
    Master = 1,
    Worker = 2,
}
