using System.Runtime.InteropServices;

namespace P2PMiner.Native;

internal static class NativeStatusExtensions
{
    /// <summary>What the library looks for in the environment.</summary>
    private const string ForcedKernel = "P2PH_FORCE_KERNEL";

    /// <param name="doing">What failed, as the sentence "cannot ..." goes on.</param>
    public static void ThrowIfFailed(this NativeStatus status, string doing)
    {
        if (status != NativeStatus.Ok)
        {
            var forced = Environment.GetEnvironmentVariable(ForcedKernel);
            var why = status == NativeStatus.Unsupported && !string.IsNullOrEmpty(forced) ? $" with {ForcedKernel}={forced}" : "";
            throw new HashEngineException($"cannot {doing}: {Marshal.PtrToStringUTF8(NativeMethods.StatusText(status))}{why}");
        }
    }
}
