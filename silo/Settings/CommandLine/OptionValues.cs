using System.Globalization;
using System.Net;
using P2PMiner.Hashing;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Transport;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>
/// Reads the values of options. Each reader takes the option's name and its text, trimmed and legible, and returns the text in its
/// canonical form.
/// </summary>
internal static class OptionValues
{
    public const int MaxPort = 65_535;

    public static string Text(string option, string text)
        => text.Length > 0 ? text : throw Wrong(option, text, "is empty");

    public static string Path(string option, string text)
        => text.Length > 0 ? System.IO.Path.GetFullPath(text) : throw Wrong(option, text, "is not a path");

    /// <summary>A path, or - for standard input.</summary>
    public static string FileOrInput(string option, string text) => text == SetupRequest.StandardInput ? text : Path(option, text);

    public static string Algorithm(string option, string text)
        => AlgorithmNames.TryParseTyped(text, out var algorithm)
            ? algorithm.WireName()
            : throw Wrong(option, text, AlgorithmNames.Problem);

    public static Func<string, string, string> Number(string what, long min, long max) => (option, text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw Wrong(option, text, $"is not {what} ({min} to {max})");

    /// <summary>As <see cref="Number"/>; "auto" becomes empty, which the settings read as automatic whatever the file says.</summary>
    public static Func<string, string, string> NumberOrAuto(string what, long min, long max) => (option, text)
        => text.Equals("auto", StringComparison.OrdinalIgnoreCase) ? "" : Number(what, min, max)(option, text);

    public static string Port(string option, string text) => Number("a port", 1, MaxPort)(option, text);

    public static string PortOrAny(string option, string text) => Number("a port", 0, MaxPort)(option, text);

    public static Func<string, string, string> OneOf(params string[] names) => (option, text)
        => names.FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw Wrong(option, text, $"is not {(names.Length == 1 ? "" : "one of ")}{string.Join(", ", names)}");

    public static string Address(string option, string text)
        => IPAddress.TryParse(text, out var address) ? address.ToString() : throw Wrong(option, text, "is not an IP address");

    /// <summary>One, or several separated by commas.</summary>
    public static string HostsAndPorts(string option, string text)
        => text.Split(',').All(HostPort.HasBoth) ? text : throw Wrong(option, text, $"is not HOST:PORT with a port of 1 to {MaxPort}");

    /// <summary>host:port or user:pass@host:port.</summary>
    public static string Proxy(string option, string text)
        => Socks5Proxy.TryParse(text, out _, out var error) ? text : throw new CommandLineException($"{option}: {error}");

    public static string PoolUrlText(string option, string text)
        => PoolUrl.TryParse(DaemonLogin.Split(text).Url, out _, out var error) ? text : throw new CommandLineException($"{option}: {error}");

    public static string Fingerprint(string option, string text)
    {
        var digits = PastedText.Fingerprint(text);
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? digits
            : throw Wrong(option, text, "is not a SHA-256 fingerprint (64 hex digits)");
    }

    public static string Bool(string option, string text)
        => bool.TryParse(text, out var value) ? (value ? "true" : "false") : throw Wrong(option, text, "is not true or false");

    public static string SeedHex(string option, string text)
        => Seed.TryParse(text, out var seed) ? seed.Hex : throw Wrong(option, text, "is not a seed (2 to 120 hex digits)");

    /// <summary>
    /// Nonces of each header: 11,200 hashes in all, about 20 s with two fast threads; the quick form takes a second or two.
    /// </summary>
    public const ulong GhostRiderBenchNonces = 280;
    public const ulong GhostRiderQuickBenchNonces = 20;

    public const string GhostRiderBench = "gr";
    public const string GhostRiderQuickBench = "gr-quick";

    /// <summary>Those with a checksum, and the names.</summary>
    public static IReadOnlyList<string> BenchTargets { get; } = ["1K", "10K", "20K", "250K", "500K", "1M", "10M", GhostRiderBench, GhostRiderQuickBench];

    /// <summary>
    /// A count of hashes such as 20K, 1M or 5000; at most 2^32, as there are no more nonces. Or the name of a GhostRider benchmark.
    /// </summary>
    public static string BenchTarget(string option, string text)
    {
        switch (text.ToLowerInvariant())
        {
            case GhostRiderBench or "ghostrider":
                return GhostRiderBench;
            case GhostRiderQuickBench:
                return GhostRiderQuickBench;
        }

        var unit = text.Length == 0 ? 1 : char.ToUpperInvariant(text[^1]) switch { 'K' => 1_000L, 'M' => 1_000_000L, _ => 1L };
        var digits = unit == 1 ? text : text[..^1];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= (1L << 32) / unit
            ? (number * unit).ToString(CultureInfo.InvariantCulture)
            : throw Wrong(option, text, "is not a number of hashes such as 20K, 250K or 1M, nor gr or gr-quick");
    }

    /// <summary>CPU numbers and ranges such as 0-3,8,10-11.</summary>
    public static string CpuList(string option, string text)
    {
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            var numbers = ends.Select(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var cpu) ? cpu : -1).ToList();
            if (numbers.Count > 2 || numbers.Any(cpu => cpu is < 0 or > 4095) || numbers[0] > numbers[^1])
            {
                throw Wrong(option, text, "is not a list of CPU numbers such as 0-3,8");
            }
        }

        return text;
    }

    private static CommandLineException Wrong(string option, string text, string why) => new($"{option}: '{text}' {why}");
}
