using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

/// <summary>Priority and CPU of the calling thread. What the system refuses is said in one line: the thread works all the same.</summary>
internal static class ThreadSettings
{
    /// <param name="cpu">To be bound to; null: none.</param>
    /// <param name="turn">To be bound to the CPUs of the NUMA node that is in turn then; null: to none.</param>
    public static void Apply(string name, int niceness, int? cpu, int? turn, ILogger log)
    {
        if (NativeMethods.ThreadSetLowPriority(niceness) != NativeStatus.Ok)
        {
            log.ThreadSettingRefused(name, $"nice value {niceness}");
        }

        if (cpu is { } number && NativeMethods.ThreadSetAffinity(number) != NativeStatus.Ok)
        {
            log.ThreadSettingRefused(name, $"CPU {number}");
        }

        if (turn is { } index && NativeMethods.ThreadBindNode((uint)index) != NativeStatus.Ok)
        {
            log.ThreadSettingRefused(name, "the CPUs of a NUMA node");
        }
    }
}
