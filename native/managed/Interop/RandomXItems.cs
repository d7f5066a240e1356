namespace P2PMiner.Native;

/// <summary>How many items of a RandomX dataset are held in memory, and what such a dataset is called.</summary>
internal static class RandomXItems
{
    /// <summary>Each hash computes the items it needs from the cache.</summary>
    public const ulong None = 0;

    /// <summary>The <c>P2PH_RX_ITEMS</c> of the native header: all of them, and no cache.</summary>
    public const ulong All = 34_078_719;

    public const int Bytes = 64;

    /// <summary>What items are computed from.</summary>
    public const long CacheBytes = 256L << 20;

    public static double ShareOf(ulong items) => (double)items / All;

    public static DatasetMode ModeOf(ulong items) => items switch
    {
        None => DatasetMode.Light,
        All => DatasetMode.Fast,
        _ => DatasetMode.Partial,
    };
}
