using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Silo.Terminal;

/// <summary>Rates in the form that scripts read; "n/a" until a window has filled.</summary>
internal static class SpeedLine
{
    /// <summary>
    /// speed 10s/60s/15m A B C H/s max M H/s. With GhostRider jobs differ in speed, up to fourfold: the mean over 15 minutes averages over
    /// the CryptoNight variants.
    /// </summary>
    public static string Format(HashRates rates) => $"speed 10s/60s/15m {Windows(rates)} H/s max {Text(rates.Highest)} H/s";

    /// <summary>One line for each hashing thread, then the sum.</summary>
    public static IEnumerable<string> FormatThreads(EngineStatus engine)
        => engine.ThreadRates.Select((rates, index) => $"thread {index,3} 10s/60s/15m {Windows(rates)} H/s").Append(Format(engine.Rates));

    private static string Windows(HashRates rates) => $"{Text(rates.TenSeconds)} {Text(rates.Minute)} {Text(rates.QuarterHour)}";

    private static string Text(HashRate? rate) => rate?.PerSecond.ToString("F1", CultureInfo.InvariantCulture) ?? "n/a";
}
