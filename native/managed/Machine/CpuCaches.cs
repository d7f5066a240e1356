using System.Globalization;

namespace P2PMiner.Native;

/// <summary>Sizes of all L2 and all L3 caches together, and of the largest single L2; 0 where the system does not tell.</summary>
public readonly record struct CpuCaches(long L2Bytes, long L3Bytes, long LargestL2Bytes)
{
    /// <param name="root">Where /sys lies; "/" outside tests.</param>
    public static CpuCaches Read(string root = "/")
    {
        // A cache shows up under each CPU that shares it: the list of those CPUs tells it from its equals.
        var seen = new Dictionary<(int Level, string SharedBy), long>();
        var cpus = Path.Combine(root, "sys/devices/system/cpu");
        try
        {
            foreach (var cache in Directory.Exists(cpus) ? Directory.EnumerateDirectories(cpus, "cpu*").SelectMany(CachesOf) : [])
            {
                if (ReadText(cache, "type") is "Unified" or "Data" && int.TryParse(ReadText(cache, "level"), CultureInfo.InvariantCulture, out var level)
                    && ParseSize(ReadText(cache, "size")) is { } bytes)
                {
                    seen[(level, ReadText(cache, "shared_cpu_list"))] = bytes;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }

        return new(Of(2).Sum(), Of(3).Sum(), Of(2).DefaultIfEmpty().Max());

        IEnumerable<long> Of(int level) => seen.Where(cache => cache.Key.Level == level).Select(cache => cache.Value);
    }

    private static IEnumerable<string> CachesOf(string cpu)
        => Path.Combine(cpu, "cache") is var folder && Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, "index*") : [];

    private static string ReadText(string folder, string name)
        => Path.Combine(folder, name) is var path && File.Exists(path) ? File.ReadAllText(path).Trim() : "";

    /// <summary>"32768K", as the kernel writes it.</summary>
    private static long? ParseSize(string text)
    {
        var unit = text.Length == 0 ? '\0' : text[^1];
        var factor = unit switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 1L };
        return long.TryParse(factor == 1 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value * factor : null;
    }
}
