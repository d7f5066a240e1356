namespace P2PMiner.Native;

/// <summary>The CPUs that threads of this process can run on, and what of the settings does not go with them.</summary>
public static class UsableCpus
{
    /// <summary>Their numbers, in order: those that are there and that this process may use. Empty: the system does not tell.</summary>
    /// <param name="root">Where /proc and /sys lie; "/" outside tests.</param>
    public static IReadOnlyList<int> Read(string root = "/")
    {
        var online = Numbers(Text(root, "sys/devices/system/cpu/online"));
        // The kernel names there also those that a machine might get.
        const string Allowed = "Cpus_allowed_list:";
        var line = Text(root, "proc/self/status").Split('\n').FirstOrDefault(line => line.StartsWith(Allowed, StringComparison.Ordinal));
        var allowed = Numbers(line?[Allowed.Length..] ?? "");
        return online.Count == 0 ? allowed : allowed.Count == 0 ? online : [.. online.Intersect(allowed)];
    }

    /// <summary>"8 CPUs (0-7)"</summary>
    public static string Describe(IReadOnlyList<int> cpus) => $"{Count(cpus.Count)} ({CpuList.Format(cpus)})";

    /// <summary>What a person should know of the settings before hashing begins, a sentence each.</summary>
    /// <param name="usable">See <see cref="Read"/>.</param>
    public static IEnumerable<string> Warnings(HashEngineOptions options, IReadOnlyList<int> usable)
    {
        var (there, missing) = Split(options, usable);
        if (missing.Count > 0)
        {
            yield return $"CPU{(missing.Count == 1 ? "" : "s")} {CpuList.Format(missing)} of --cpu-affinity {(missing.Count == 1 ? "is" : "are")} not there and left out: "
                + $"p2p-miner may use {Describe(usable)}";
        }

        if (options.Threads is { } threads && TooMany(threads, there.Count > 0 ? there.Count : Environment.ProcessorCount) is { } warning)
        {
            yield return warning;
        }
    }

    /// <summary>Null: each thread has a CPU.</summary>
    internal static string? TooMany(int threads, int cpus)
        => threads <= cpus ? null : $"{threads} hashing threads take turns on {Count(cpus)} and hash no faster than {cpus}";

    /// <summary>The CPUs of the setting, in its order: those that are there, and those that are not. Both empty: any may be used.</summary>
    internal static (IReadOnlyList<int> There, IReadOnlyList<int> Missing) Split(HashEngineOptions options, IReadOnlyList<int> usable)
    {
        if (!CpuList.TryParse(options.CpuAffinity, out var wanted, out var error))
        {
            throw new ArgumentException(error, nameof(options));
        }

        return usable.Count == 0 ? (wanted, []) : ([.. wanted.Where(usable.Contains)], [.. wanted.Except(usable).Order()]);
    }

    private static string Count(int cpus) => $"{cpus} CPU{(cpus == 1 ? "" : "s")}";

    private static IReadOnlyList<int> Numbers(string text) => CpuList.TryParse(text.Trim(), out var cpus, out _) ? cpus : [];

    private static string Text(string root, string path)
    {
        try
        {
            return Path.Combine(root, path) is var file && File.Exists(file) ? File.ReadAllText(file) : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
