namespace P2PMiner.Native;

/// <summary>Whether a RandomX dataset fits.</summary>
/// <param name="Items">Of the dataset, to try to hold in memory.</param>
/// <param name="NeedBytes">What fast mode takes while the dataset is made.</param>
/// <param name="FreeBytes">What there is for it.</param>
internal readonly record struct MemoryPlan(ulong Items, long NeedBytes, long FreeBytes)
{
    public const long MiB = 1L << 20;
    public const long FastBytes = 2336 * MiB;
    public const long LightBytes = 256 * MiB;

    /// <summary>Left to the rest of the process and the system.</summary>
    public const long MarginBytes = 256 * MiB;

    /// <param name="padBytes">What the contexts of the threads take.</param>
    /// <param name="limitBytes">What the owner allows; null: all that is available.</param>
    public static MemoryPlan Make(RandomXMode mode, long padBytes, long availableBytes, long? limitBytes)
    {
        var need = FastBytes + padBytes;
        var free = Math.Min(Math.Max(0, availableBytes - MarginBytes), limitBytes ?? long.MaxValue);
        var fast = mode switch
        {
            RandomXMode.Fast => true,
            RandomXMode.Light => false,
            _ => need <= free,
        };
        return new(fast ? RandomXItems.All : RandomXItems.None, need, free);
    }
}
