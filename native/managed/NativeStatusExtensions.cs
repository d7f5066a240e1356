using System.Runtime.InteropServices;

namespace P2PMiner.Native;

internal static class NativeStatusExtensions
{
    /// <param name="doing">What failed, as the sentence "cannot ..." goes on.</param>
    public static void ThrowIfFailed(this NativeStatus status, string doing)
    {
        if (status != NativeStatus.Ok)
        {
            throw new HashEngineException($"cannot {doing}: {Marshal.PtrToStringUTF8(NativeMethods.StatusText(status))}");
        }
    }
}
