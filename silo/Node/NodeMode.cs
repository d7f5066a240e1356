namespace P2PMiner.Silo.Node;

/// <summary>Which part a node takes among several hosts.</summary>
public enum NodeMode
{
    /// <summary>The hosts elect one master among them.</summary>
    Auto = 0,
    Master = 1,
    Worker = 2,
}
