using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

[Flags]
internal enum NativeFlags : uint
{
    None = 0,
    HugePages = 1,
    GiantPages = 2,
    Numa = 4,
}

/// <summary>The <c>p2ph_memory</c> of the native header.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeMemoryUse(ulong Bytes, ulong HugePages, ulong HugePagesWanted, ulong GiantPages)
{
    public static NativeMemoryUse operator +(NativeMemoryUse a, NativeMemoryUse b)
        => new(a.Bytes + b.Bytes, a.HugePages + b.HugePages, a.HugePagesWanted + b.HugePagesWanted, a.GiantPages + b.GiantPages);
}

/// <summary>The <c>p2ph_hit</c> of the native header: 36 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeHit
{
    public uint Nonce;
    public HashBytes Hash;

    [InlineArray(Hash256.Size)]
    public struct HashBytes
    {
        private byte _first;
    }
}

/// <summary>The <c>p2ph_cpu</c> of the native header: 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeCpu
{
    public ulong Features;
    public BrandBytes Brand;

    [InlineArray(56)]
    public struct BrandBytes
    {
        private byte _first;
    }
}

/// <summary>The <c>p2ph_gr_depths</c> of the native header: 8 bytes, the last two 0.</summary>
[InlineArray(8)]
internal struct NativeDepths
{
    private byte _first;
}
