namespace P2PMiner.Native;

/// <summary>How much of a RandomX dataset a node holds in memory. Between nodes it travels as text: <see cref="DatasetModes"/>.</summary>
public enum DatasetMode
{
    /// <summary>No dataset: none is ready, or the algorithm has none.</summary>
    None,

    /// <summary>The cache alone: each hash computes the items it needs.</summary>
    Light,

    /// <summary>The cache and a part of the items.</summary>
    Partial,

    /// <summary>All of it.</summary>
    Fast,
}
