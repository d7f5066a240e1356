using System.Runtime.InteropServices;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Owns a native dataset. Its memory goes back once it and all contexts made from it are disposed.</summary>
internal sealed class HashDatasetHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    public Algorithm Algorithm { get; private set; }

    /// <summary>Of a RandomX dataset: how many are in memory. See <see cref="RandomXItems"/>.</summary>
    public ulong Items { get; private set; }

    /// <summary>How many times it holds what hashes read: once, or for each NUMA node.</summary>
    public int Copies { get; private set; } = 1;

    /// <summary>
    /// How many GhostRider hashes each hashing thread works on at once; null: one. Set before the first of their contexts is made.
    /// </summary>
    public LaneDepths? Lanes { get; set; }

    /// <summary>How each hashing thread hashes RandomX; null: as single hashes are. Set before the first of their contexts is made.</summary>
    public RandomXShape? Shape { get; set; }

    /// <summary>The most hashes that a hashing thread works on at once.</summary>
    public int HashesAtOnce => Lanes?.Largest ?? (int?)Shape?.Machines ?? 1;

    /// <summary>Busy for about half a second.</summary>
    /// <param name="items">0 for GhostRider.</param>
    /// <param name="giantPages">With huge pages: 1 GB pages before those of 2 MiB.</param>
    /// <param name="numa">A copy for each NUMA node, if all of them have room: see <see cref="Copies"/>.</param>
    public static unsafe NativeStatus TryCreate(Algorithm algorithm, Seed seed, ulong items, bool hugePages, out HashDatasetHandle dataset,
        bool giantPages = false, bool numa = false)
    {
        var flags = (hugePages ? NativeFlags.HugePages : NativeFlags.None) | (giantPages ? NativeFlags.GiantPages : NativeFlags.None)
            | (numa ? NativeFlags.Numa : NativeFlags.None);
        fixed (byte* bytes = seed.ToBytes())
        {
            var status = NativeMethods.DatasetCreate(algorithm, bytes, (nuint)(seed.Hex.Length / 2), items, flags, out dataset);
            (dataset.Algorithm, dataset.Items) = (algorithm, items);
            if (status == NativeStatus.Ok)
            {
                NativeMethods.DatasetCopies(dataset, out var copies).ThrowIfFailed("ask a dataset for its copies");
                dataset.Copies = (int)copies;
            }

            return status;
        }
    }

    public NativeMemoryUse Memory
    {
        get
        {
            NativeMethods.DatasetMemory(this, out var memory).ThrowIfFailed("measure the dataset");
            return memory;
        }
    }

    /// <summary>Made as one without items, it takes the memory of another for them: they are to be computed then. The other one is disposed.</summary>
    /// <param name="from">All contexts made from it are disposed.</param>
    public void TakeItems(HashDatasetHandle from)
    {
        NativeMethods.DatasetTakeItems(this, from.DangerousGetHandle()).ThrowIfFailed("take over the memory of the dataset before");
        (Items, Copies) = (from.Items, from.Copies);
        from.SetHandleAsInvalid();
    }

    public void Init(ulong firstItem, ulong count) => NativeMethods.DatasetInit(this, firstItem, count).ThrowIfFailed("compute dataset items");

    public void Finish() => NativeMethods.DatasetFinish(this).ThrowIfFailed("finish the dataset");

    protected override bool ReleaseHandle()
    {
        NativeMethods.DatasetDestroy(handle);
        return true;
    }
}
