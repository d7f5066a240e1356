using System.Runtime.InteropServices;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Owns a native context, for one thread at a time, and keeps the dataset behind it alive.</summary>
internal sealed class HashContextHandle() : SafeHandle(0, ownsHandle: true)
{
    private HashDatasetHandle? _dataset;

    public override bool IsInvalid => handle == 0;

    public NativeMemoryUse Memory { get; private set; }

    public bool IsOf(HashDatasetHandle dataset) => ReferenceEquals(_dataset, dataset);

    public static HashContextHandle Create(HashDatasetHandle dataset, bool hugePages)
    {
        NativeMethods.ContextCreate(dataset, hugePages ? NativeFlags.HugePages : NativeFlags.None, out var context)
            .ThrowIfFailed("make a hashing context");
        var held = false;
        dataset.DangerousAddRef(ref held);
        context._dataset = dataset;
        NativeMethods.ContextMemory(context, out var memory).ThrowIfFailed("measure a hashing context");
        context.Memory = memory;
        return context;
    }

    public unsafe Hash256 Hash(ReadOnlySpan<byte> input)
    {
        var output = stackalloc byte[Hash256.Size];
        fixed (byte* bytes = input)
        {
            NativeMethods.Hash(this, bytes, (nuint)input.Length, output).ThrowIfFailed($"hash {input.Length} bytes");
        }

        return Hash256.FromBytes(new ReadOnlySpan<byte>(output, Hash256.Size));
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.ContextDestroy(handle);
        _dataset?.DangerousRelease();
        return true;
    }
}
