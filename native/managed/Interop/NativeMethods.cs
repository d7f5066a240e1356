using System.Runtime.InteropServices;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>What the program calls of native/include/p2ph.h, in its order; the comments there hold here.</summary>
internal static unsafe partial class NativeMethods
{
    public const uint AbiVersion = 4;
    public const int BlobBytesMax = 1024;
    public const int InputBytesMax = 65536;

    private const string Library = "p2ph";

    [LibraryImport(Library, EntryPoint = "p2ph_abi_version")]
    internal static partial uint GetAbiVersion();

    [LibraryImport(Library, EntryPoint = "p2ph_status_text")]
    internal static partial nint StatusText(NativeStatus status);

    [LibraryImport(Library, EntryPoint = "p2ph_dataset_create")]
    internal static partial NativeStatus DatasetCreate(Algorithm algorithm, byte* seed, nuint seedBytes, ulong items, NativeFlags flags,
        out HashDatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "p2ph_dataset_copies")]
    internal static partial NativeStatus DatasetCopies(HashDatasetHandle dataset, out uint copies);

    [LibraryImport(Library, EntryPoint = "p2ph_dataset_init")]
    internal static partial NativeStatus DatasetInit(HashDatasetHandle dataset, ulong firstItem, ulong count);

    [LibraryImport(Library, EntryPoint = "p2ph_dataset_finish")]
    internal static partial NativeStatus DatasetFinish(HashDatasetHandle dataset);

    /// <param name="from">Destroyed when it went well.</param>
    [LibraryImport(Library, EntryPoint = "p2ph_dataset_take_items")]
    internal static partial NativeStatus DatasetTakeItems(HashDatasetHandle dataset, nint from);

    [LibraryImport(Library, EntryPoint = "p2ph_dataset_memory")]
    internal static partial NativeStatus DatasetMemory(HashDatasetHandle dataset, out NativeMemoryUse memory);

    [LibraryImport(Library, EntryPoint = "p2ph_dataset_destroy")]
    internal static partial void DatasetDestroy(nint dataset);

    [LibraryImport(Library, EntryPoint = "p2ph_context_create")]
    internal static partial NativeStatus ContextCreate(HashDatasetHandle dataset, NativeFlags flags, out HashContextHandle context);

    [LibraryImport(Library, EntryPoint = "p2ph_context_memory")]
    internal static partial NativeStatus ContextMemory(HashContextHandle context, out NativeMemoryUse memory);

    [LibraryImport(Library, EntryPoint = "p2ph_context_destroy")]
    internal static partial void ContextDestroy(nint context);

    [LibraryImport(Library, EntryPoint = "p2ph_hash")]
    internal static partial NativeStatus Hash(HashContextHandle context, byte* input, nuint inputBytes, byte* output);

    [LibraryImport(Library, EntryPoint = "p2ph_hash_many")]
    internal static partial NativeStatus HashMany(HashContextHandle context, byte* inputs, nuint inputBytes, nuint count, byte* outputs);

    [LibraryImport(Library, EntryPoint = "p2ph_search")]
    internal static partial NativeStatus Search(HashContextHandle context, byte* blob, nuint blobBytes, nuint nonceOffset, uint firstNonce,
        ulong count, byte* target, int* cancel, NativeHit* hits, nuint hitCapacity, out nuint hitCount, out ulong hashed);

    [LibraryImport(Library, EntryPoint = "p2ph_rx_guess")]
    internal static partial NativeStatus RandomXGuess(Algorithm algorithm, ulong items, out RandomXShape shape);

    [LibraryImport(Library, EntryPoint = "p2ph_rx_context_create")]
    internal static partial NativeStatus RandomXContextCreate(HashDatasetHandle dataset, NativeFlags flags, in RandomXShape shape,
        out HashContextHandle context);

    [LibraryImport(Library, EntryPoint = "p2ph_rx_measure")]
    internal static partial NativeStatus RandomXMeasure(HashContextHandle context, ulong hashes, out ulong nanoseconds);

    [LibraryImport(Library, EntryPoint = "p2ph_rx_kernel")]
    internal static partial NativeStatus RandomXKernelName(Algorithm algorithm, out nint name);

    [LibraryImport(Library, EntryPoint = "p2ph_rx_commitment")]
    internal static partial NativeStatus RandomXCommitment(byte* input, nuint inputBytes, byte* hash, byte* output);

    [LibraryImport(Library, EntryPoint = "p2ph_gr_guess")]
    internal static partial NativeStatus GhostRiderGuess(ulong padBytesMax, out NativeDepths depths);

    [LibraryImport(Library, EntryPoint = "p2ph_gr_pad_bytes")]
    internal static partial NativeStatus GhostRiderPadBytes(in NativeDepths depths, out ulong bytes);

    [LibraryImport(Library, EntryPoint = "p2ph_gr_context_create")]
    internal static partial NativeStatus GhostRiderContextCreate(HashDatasetHandle dataset, NativeFlags flags, in NativeDepths depths,
        out HashContextHandle context);

    [LibraryImport(Library, EntryPoint = "p2ph_gr_measure")]
    internal static partial NativeStatus GhostRiderMeasure(HashContextHandle context, uint variant, uint lanes, out ulong nanoseconds);

    [LibraryImport(Library, EntryPoint = "p2ph_gr_selection")]
    internal static partial NativeStatus GhostRiderSelection(byte* previousHash, byte* core, byte* cryptoNight);

    [LibraryImport(Library, EntryPoint = "p2ph_gr_kernel")]
    internal static partial NativeStatus GhostRiderKernelName(out nint name);

    [LibraryImport(Library, EntryPoint = "p2ph_keccak256")]
    internal static partial NativeStatus Keccak(byte* input, nuint inputBytes, byte* output);

    [LibraryImport(Library, EntryPoint = "p2ph_cpu_info")]
    internal static partial NativeStatus CpuInfo(out NativeCpu cpu);

    [LibraryImport(Library, EntryPoint = "p2ph_thread_set_low_priority")]
    internal static partial NativeStatus ThreadSetLowPriority(int niceValue);

    [LibraryImport(Library, EntryPoint = "p2ph_thread_set_affinity")]
    internal static partial NativeStatus ThreadSetAffinity(int cpu);

    [LibraryImport(Library, EntryPoint = "p2ph_numa_nodes")]
    internal static partial NativeStatus NumaNodes(out uint nodes);

    [LibraryImport(Library, EntryPoint = "p2ph_thread_bind_node")]
    internal static partial NativeStatus ThreadBindNode(uint index);
}
