namespace P2PMiner.Silo.Sensors;

internal static partial class SensorLog
{
    [LoggerMessage(9600, LogLevel.Debug, "the processor's temperature cannot be read")]
    public static partial void NoTemperature(this ILogger logger);

    [LoggerMessage(9601, LogLevel.Debug, "the processor's power cannot be read: powercap is not there, or for root only")]
    public static partial void NoPower(this ILogger logger);
}
