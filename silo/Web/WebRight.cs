namespace P2PMiner.Silo.Web;

/// <summary>What somebody may do with the web of this node. Each includes those before it.</summary>
internal enum WebRight
{
    None,

    /// <summary>See every page and read the API.</summary>
    Look,

    /// <summary>Also change what nodes and the cluster do.</summary>
    Steer,
}
