using System.Globalization;

namespace P2PMiner.Native;

/// <summary>What memory this process may use: the machine's, or less where a control group limits it.</summary>
/// <param name="HugeBytes">In 2 MiB pages that are set aside and not used: not in <paramref name="AvailableBytes"/>, and of use to hashing alone.</param>
/// <param name="GiantBytes">The same in 1 GB pages.</param>
public readonly record struct HostMemory(long TotalBytes, long AvailableBytes, long HugeBytes = 0, long GiantBytes = 0)
{
    public const long MiB = 1L << 20;

    /// <summary>Left to the rest of the process and the system.</summary>
    public const long MarginBytes = 256 * MiB;

    /// <param name="root">Where /proc and /sys lie; "/" outside tests.</param>
    public static HostMemory Read(string root = "/")
    {
        var machine = ReadMeminfo(root, "MemTotal");
        var total = machine;
        var available = ReadMeminfo(root, "MemAvailable");
        foreach (var group in ControlGroups(root))
        {
            if (Limit(group) is not { } bytes || bytes >= machine)
            {
                continue;
            }

            // Also where a group below has less: what others in this one use up is not left for us.
            total = Math.Min(total, bytes);
            var used = ReadNumber(Path.Combine(group, "memory.current")) ?? ReadNumber(Path.Combine(group, "memory.usage_in_bytes")) ?? 0;
            available = Math.Min(available, Math.Max(0, bytes - used + ReclaimableCache(group)));
        }

        return new(total, available, FreePages(root, 2048), FreePages(root, 1024 * 1024));
    }

    /// <summary>What of the pages set aside a dataset and scratchpads may be in.</summary>
    public long ReservedFor(HashEngineOptions options)
        => !options.HugePages ? 0 : options.GiantPages ? HugeBytes + GiantBytes : HugeBytes;

    private static long FreePages(string root, long kibibytes)
    {
        var folder = Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"sys/kernel/mm/hugepages/hugepages-{kibibytes}kB"));
        var free = ReadNumber(Path.Combine(folder, "free_hugepages")) ?? 0;
        // A program has asked for those, and has not touched them yet.
        var promised = ReadNumber(Path.Combine(folder, "resv_hugepages")) ?? 0;
        return Math.Max(0, free - promised) * kibibytes * 1024;
    }

    /// <summary>This process's group and those above it, in both versions of the interface. Inside a container the path is often that of the host.</summary>
    private static IEnumerable<string> ControlGroups(string root)
    {
        var mount = Path.Combine(root, "sys/fs/cgroup");
        foreach (var line in ReadLines(Path.Combine(root, "proc/self/cgroup")))
        {
            var parts = line.Split(':', 3);
            if (parts.Length != 3 || (parts[1].Length != 0 && !parts[1].Split(',').Contains("memory")))
            {
                continue;
            }

            var hierarchy = parts[1].Length == 0 ? mount : Path.Combine(mount, "memory");
            for (var path = parts[2].Trim('/'); ; path = Path.GetDirectoryName(path) ?? "")
            {
                yield return Path.Combine(hierarchy, path);
                if (path.Length == 0)
                {
                    break;
                }
            }
        }
    }

    /// <summary>
    /// The lower of memory.max, beyond which the kernel ends processes, and memory.high, beyond which it slows them down to a crawl. The soft limit of
    /// version 1 does neither while the machine has memory left.
    /// </summary>
    private static long? Limit(string group)
    {
        long?[] limits = [ReadNumber(Path.Combine(group, "memory.max")), ReadNumber(Path.Combine(group, "memory.high")),
            ReadNumber(Path.Combine(group, "memory.limit_in_bytes"))];
        return limits.Min();
    }

    /// <summary>Cached file pages count as used, and go away under pressure.</summary>
    private static long ReclaimableCache(string group)
        => ReadLines(Path.Combine(group, "memory.stat"))
            .Select(line => line.Split(' '))
            .Where(parts => parts is ["inactive_file" or "total_inactive_file", _])
            .Select(parts => long.TryParse(parts[1], CultureInfo.InvariantCulture, out var bytes) ? bytes : 0)
            .DefaultIfEmpty().Max();

    private static long ReadMeminfo(string root, string name)
    {
        foreach (var line in ReadLines(Path.Combine(root, "proc/meminfo")))
        {
            var parts = line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries);
            if (parts is [var key, var kibibytes, ..] && key == name && long.TryParse(kibibytes, CultureInfo.InvariantCulture, out var value))
            {
                return value * 1024;
            }
        }

        return 0;
    }

    private static long? ReadNumber(string path)
        => ReadLines(path).FirstOrDefault() is { } text && long.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
