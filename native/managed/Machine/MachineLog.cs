using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

internal static partial class MachineLog
{
    [LoggerMessage(4305, LogLevel.Warning, "{Thread}: the system refuses {What}")]
    public static partial void ThreadSettingRefused(this ILogger logger, string thread, string what);

    /// <param name="warning">See <see cref="UsableCpus.Warnings"/>.</param>
    [LoggerMessage(4306, LogLevel.Warning, "{Warning}")]
    public static partial void Unsuited(this ILogger logger, string warning);
}
