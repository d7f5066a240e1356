using System.Runtime.InteropServices;

namespace P2PMiner.Native;

/// <summary>What the native library makes of this machine and of a header.</summary>
public static unsafe class GhostRiderKernel
{
    /// <summary>The kernels in use, in words: "avx512 vaes gfni".</summary>
    /// <exception cref="HashEngineException">P2PH_FORCE_KERNEL asks for what this machine does not have.</exception>
    public static string Name
    {
        get
        {
            NativeMethods.GhostRiderKernelName(out var name).ThrowIfFailed("choose a kernel for gr");
            return Marshal.PtrToStringUTF8(name) ?? "";
        }
    }

    /// <summary>The CryptoNight variants, 0 to 5, that a previous block hash selects, in order.</summary>
    /// <param name="previousHash">32 bytes as they stand in the header.</param>
    public static (int First, int Second, int Third) VariantsOf(ReadOnlySpan<byte> previousHash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(previousHash.Length, Hashing.Hash256.Size);
        var core = stackalloc byte[15];
        var variants = stackalloc byte[3];
        fixed (byte* bytes = previousHash)
        {
            NativeMethods.GhostRiderSelection(bytes, core, variants).ThrowIfFailed("read the order of hashes");
        }

        return (variants[0], variants[1], variants[2]);
    }
}
