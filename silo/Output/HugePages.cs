using System.Globalization;

namespace P2PMiner.Silo.Output;

/// <summary>The 2 MiB pages that the system has set aside; 0 where it does not say.</summary>
internal readonly record struct HugePages(long Total, long Free)
{
    public static HugePages Read(string memInfo = "/proc/meminfo")
    {
        var lines = File.Exists(memInfo) ? File.ReadAllLines(memInfo) : [];
        return new(Number(lines, "HugePages_Total:"), Number(lines, "HugePages_Free:"));
    }

    private static long Number(string[] lines, string name)
        => lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            && long.TryParse(line[name.Length..].Trim(), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
