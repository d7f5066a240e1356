namespace P2PMiner.Native;

/// <summary>What the native library knows of this machine's NUMA nodes.</summary>
internal static class NumaMachine
{
    private static readonly Lazy<int> NodeCount = new(() =>
    {
        NativeMethods.NumaNodes(out var nodes).ThrowIfFailed("ask for the NUMA nodes");
        return (int)nodes;
    });

    /// <summary>Those with CPUs that this process may use; 1 on most machines.</summary>
    public static int Nodes => NodeCount.Value;

    /// <summary>The turn in which a thread is bound to a node's CPUs; null: it is not, or to others.</summary>
    /// <param name="place">Of the thread among all.</param>
    public static int? TurnOf(int place, HashEngineOptions options)
        => options.Numa && string.IsNullOrWhiteSpace(options.CpuAffinity) && Nodes > 1 ? place : null;
}
