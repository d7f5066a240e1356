using System.Globalization;

namespace P2PMiner.Silo.Pages;

/// <summary>Numbers as people read them. What is not known is "unknown", never 0.</summary>
internal static class PageText
{
    public const string Unknown = "unknown";

    private static readonly string[] Prefixes = ["", "k", "M", "G", "T", "P", "E"];

    /// <summary>"512.3 H/s", "12.35 kH/s".</summary>
    public static string Rate(double? perSecond) => perSecond is { } rate ? $"{Scaled(rate, decimals: rate < 1000 ? 1 : 2)}H/s" : Unknown;

    /// <summary>"2 kH/s": for an axis.</summary>
    public static string RoundRate(double? perSecond) => perSecond is { } rate ? $"{Scaled(rate, decimals: 2, trims: true)}H/s" : Unknown;

    /// <summary>A difficulty or another large count: "512", "120 k", "1.24 M".</summary>
    public static string Large(double? number) => number is { } known ? Scaled(known, decimals: known < 1000 ? 0 : 2, trims: true).TrimEnd() : Unknown;

    public static string Whole(double? number) => number?.ToString("#,0", Grouped) ?? Unknown;

    /// <summary>"2.4 %".</summary>
    public static string Percent(double? ratio) => ratio is { } known ? string.Create(CultureInfo.InvariantCulture, $"{100 * known:0.##} %") : Unknown;

    public static string Celsius(double? celsius) => celsius is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0} °C") : Unknown;

    public static string Watts(double? watts) => watts is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.#} W") : Unknown;

    public static string Milliseconds(double? time) => time is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0} ms") : Unknown;

    /// <summary>"12.4 GiB".</summary>
    public static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GiB");

    /// <summary>Of an expectation: "12 s", "3 d 4 h", and where it is longer than people plan, "312 years".</summary>
    public static string Expected(double? seconds) => seconds switch
    {
        null => Unknown,
        > 365.25 * 86400 => $"{Whole(seconds.Value / (365.25 * 86400))} years",
        _ => DurationText.Of(TimeSpan.FromSeconds(seconds.Value)),
    };

    /// <summary>Thousands stand apart by a space that does not break, as SI has it.</summary>
    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = "\u00A0" };

    private static string Scaled(double number, int decimals, bool trims = false)
    {
        var prefix = 0;
        while (number >= 1000 && prefix < Prefixes.Length - 1)
        {
            number /= 1000;
            prefix++;
        }

        var places = decimals == 0 ? "0" : trims ? $"0.{new string('#', decimals)}" : $"0.{new string('0', decimals)}";
        return $"{number.ToString(places, CultureInfo.InvariantCulture)} {Prefixes[prefix]}";
    }
}
