using System.Runtime.InteropServices;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Owns a native dataset. Its memory goes back once it and all contexts made from it are disposed.</summary>
internal sealed class HashDatasetHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    public NativeMode Mode { get; private set; }

    /// <summary>How many hashes each hashing thread has under way at once; null: one. Set before the first of their contexts is made.</summary>
    public LaneDepths? Lanes { get; set; }

    /// <summary>Busy for about half a second.</summary>
    public static unsafe NativeStatus TryCreate(Algorithm algorithm, Seed seed, NativeMode mode, bool hugePages, out HashDatasetHandle dataset)
    {
        fixed (byte* bytes = seed.ToBytes())
        {
            var status = NativeMethods.DatasetCreate(algorithm, bytes, (nuint)(seed.Hex.Length / 2), mode,
                hugePages ? NativeFlags.HugePages : NativeFlags.None, out dataset);
            dataset.Mode = mode;
            return status;
        }
    }

    public ulong ItemCount
    {
        get
        {
            NativeMethods.DatasetItemCount(this, out var items).ThrowIfFailed("count the dataset's items");
            return items;
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

    public void Init(ulong firstItem, ulong count) => NativeMethods.DatasetInit(this, firstItem, count).ThrowIfFailed("compute dataset items");

    public void Finish() => NativeMethods.DatasetFinish(this).ThrowIfFailed("finish the dataset");

    protected override bool ReleaseHandle()
    {
        NativeMethods.DatasetDestroy(handle);
        return true;
    }
}
