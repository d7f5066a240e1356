using System.Runtime.InteropServices;
using P2PMiner.Hashing;

namespace P2PMiner.Native;

/// <summary>What the native library makes of this machine.</summary>
public static class RandomXKernel
{
    /// <summary>The kernels in use, in words: "avx512".</summary>
    /// <exception cref="HashEngineException">P2PH_FORCE_KERNEL asks for what this machine does not have.</exception>
    public static string NameOf(Algorithm algorithm)
    {
        NativeMethods.RandomXKernelName(algorithm, out var name).ThrowIfFailed($"choose a kernel for {algorithm.WireName()}");
        return Marshal.PtrToStringUTF8(name) ?? "";
    }
}
