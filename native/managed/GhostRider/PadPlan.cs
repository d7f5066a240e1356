using System.Globalization;

namespace P2PMiner.Native;

/// <summary>
/// How much memory the scratchpads of one GhostRider thread may take: no more than its share of the caches, and of what the owner allows.
/// </summary>
internal readonly record struct PadPlan(long BytesMax)
{
    /// <summary>One lane of every variant: the largest scratchpad.</summary>
    public const long LeastBytes = 2 * HostMemory.MiB;

    /// <summary>Where the system does not tell its caches.</summary>
    private const long UnknownCaches = 4 * HostMemory.MiB;

    /// <param name="availableBytes">What the system has free.</param>
    /// <param name="limitBytes">What the owner allows; null: all that is available.</param>
    /// <exception cref="HashEngineException">Too little for even one lane.</exception>
    public static PadPlan Make(int threads, CpuCaches caches, long availableBytes, long? limitBytes)
    {
        // The verifying thread has one lane of its own.
        var free = Math.Min(Math.Max(0, availableBytes - HostMemory.MarginBytes), limitBytes ?? long.MaxValue);
        var share = (free - LeastBytes) / threads;
        if (share < LeastBytes)
        {
            var limit = limitBytes == free ? $"{free / HostMemory.MiB} MB are allowed (--ram)" : $"{free / HostMemory.MiB} MB are free";
            throw new HashEngineException(string.Create(CultureInfo.InvariantCulture,
                $"too little memory for GhostRider on {threads} threads: {(threads + 1) * LeastBytes / HostMemory.MiB} MB are needed at least, {limit}; use fewer --threads"));
        }

        var cached = caches.LargestL2Bytes + (caches.L3Bytes / threads);
        return new(Math.Max(LeastBytes, Math.Min(cached > 0 ? cached : UnknownCaches, share)));
    }

    /// <summary>The most lanes of each variant that fit, and that the kernel has loops for.</summary>
    public LaneDepths MostLanes()
    {
        var max = BytesMax;
        var kernel = LaneDepths.Guess(padBytesMax: 1L << 40);   // with room for all
        return new([.. Enumerable.Range(0, LaneDepths.Variants).Select(variant =>
            Enumerable.Range(1, kernel[variant]).TakeWhile(lanes => LaneDepths.Single.With(variant, lanes).PadBytes <= max).DefaultIfEmpty(1).Last())]);
    }
}
