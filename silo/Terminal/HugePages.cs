using System.Globalization;

namespace P2PMiner.Silo.Terminal;

/// <summary>The 2 MiB and 1 GB pages that the system has reserved; 0 if it does not tell.</summary>
internal readonly record struct HugePages(long Total, long Free, long GiantTotal = 0, long GiantFree = 0)
{
    public static HugePages Read(string memInfo = "/proc/meminfo", string giantPages = "/sys/kernel/mm/hugepages/hugepages-1048576kB")
    {
        var lines = Lines(memInfo);
        return new(Number(lines, "HugePages_Total:"), Number(lines, "HugePages_Free:"), Count("nr_hugepages"), Count("free_hugepages"));

        long Count(string name) => Number(Lines(Path.Combine(giantPages, name)), "");
    }

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];

    private static long Number(string[] lines, string name)
        => lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            && long.TryParse(line[name.Length..].Trim(), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
