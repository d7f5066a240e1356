using System.Runtime.InteropServices;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>Owns a native context, for one thread at a time, and keeps the dataset behind it alive.</summary>
internal sealed class HashContextHandle() : SafeHandle(0, ownsHandle: true)
{
    private HashDatasetHandle? _dataset;

    public override bool IsInvalid => handle == 0;

    public NativeMemoryUse Memory { get; private set; }

    /// <summary>How many hashes it works on at once.</summary>
    public int HashesAtOnce { get; private set; }

    public bool IsOf(HashDatasetHandle dataset) => ReferenceEquals(_dataset, dataset);

    /// <summary>For a hashing thread: it works on as many hashes at once as were chosen for the dataset.</summary>
    public static HashContextHandle Create(HashDatasetHandle dataset, bool hugePages) => Create(dataset, hugePages, dataset.Lanes, dataset.Shape);

    /// <summary>For single hashes.</summary>
    public static HashContextHandle CreateSingle(HashDatasetHandle dataset, bool hugePages)
        => Create(dataset, hugePages, lanes: null, dataset.Algorithm == Algorithm.GhostRider ? null : RandomXShape.Single);

    /// <param name="lanes">For GhostRider: how many hashes it works on at once.</param>
    /// <param name="shape">For RandomX. Both null: what the library takes without being told.</param>
    public static HashContextHandle Create(HashDatasetHandle dataset, bool hugePages, LaneDepths? lanes, RandomXShape? shape)
    {
        var flags = hugePages ? NativeFlags.HugePages : NativeFlags.None;
        HashContextHandle context;
        var status = lanes is not null ? NativeMethods.GhostRiderContextCreate(dataset, flags, lanes.ToNative(), out context)
            : shape is { } wanted ? NativeMethods.RandomXContextCreate(dataset, flags, wanted, out context)
            : NativeMethods.ContextCreate(dataset, flags, out context);
        status.ThrowIfFailed("make a hashing context");
        var held = false;
        dataset.DangerousAddRef(ref held);
        context._dataset = dataset;
        context.HashesAtOnce = lanes?.Largest ?? (int?)shape?.Machines ?? 1;
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

    /// <param name="inputs">As many of <paramref name="inputBytes"/> bytes as there is room for in <paramref name="outputs"/>, one behind the other.</param>
    /// <param name="inputBytes">0 or more.</param>
    public unsafe void HashMany(ReadOnlySpan<byte> inputs, int inputBytes, Span<byte> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs.Length, outputs.Length / Hash256.Size * inputBytes);
        fixed (byte* from = inputs, to = outputs)
        {
            NativeMethods.HashMany(this, from, (nuint)inputBytes, (nuint)(outputs.Length / Hash256.Size), to).ThrowIfFailed("hash a batch");
        }
    }

    /// <summary>Nanoseconds that one CryptoNight variant takes for that many lanes at once.</summary>
    public ulong MeasureLanes(int variant, int lanes)
    {
        NativeMethods.GhostRiderMeasure(this, (uint)variant, (uint)lanes, out var nanoseconds).ThrowIfFailed("measure a CryptoNight variant");
        return nanoseconds;
    }

    /// <summary>Nanoseconds that so many RandomX hashes take.</summary>
    public ulong MeasureHashes(ulong hashes)
    {
        NativeMethods.RandomXMeasure(this, hashes, out var nanoseconds).ThrowIfFailed("measure RandomX hashes");
        return nanoseconds;
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.ContextDestroy(handle);
        _dataset?.DangerousRelease();
        return true;
    }
}
