using System.Net;

namespace P2PMiner.Silo.Steering;

internal static partial class SteeringLog
{
    [LoggerMessage(9800, LogLevel.Information, "web: {Done}, from {Address}")]
    public static partial void Steered(this ILogger logger, string done, IPAddress? address);
}
