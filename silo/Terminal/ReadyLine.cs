using P2PMiner.Native;

namespace P2PMiner.Silo.Terminal;

/// <summary>The line that says hashing can begin, in the form that scripts read.</summary>
internal static class ReadyLine
{
    /// <summary>
    /// READY threads a/b (lanes) huge pages 100% x/y memory N KB (ms), then what there is to tell about kernel and lanes, 1 GB pages and
    /// NUMA nodes. Lanes: hashes in progress at once, in all threads.
    /// </summary>
    /// <param name="took">From the start of the dataset to its end.</param>
    public static string Format(EngineStatus engine, int threadsWanted, TimeSpan took)
    {
        var percent = engine.HugePagesWanted == 0 ? 0 : 100 * engine.HugePages / engine.HugePagesWanted;
        return $"READY threads {engine.Threads}/{threadsWanted} ({engine.Threads * engine.Lanes}) "
            + $"huge pages {percent}% {engine.HugePages}/{engine.HugePagesWanted} "
            + $"memory {engine.MemoryBytes / 1024} KB ({(long)took.TotalMilliseconds} ms){Details(engine)}";
    }

    private static string Details(EngineStatus engine)
    {
        string[] all =
        [
            engine.Detail,
            engine.GiantPages == 0 ? "" : $"1 GB pages {engine.GiantPages}",
            engine.NumaNodes == 1 ? "" : $"NUMA nodes {engine.NumaNodes}{Copies(engine)}",
        ];
        var said = string.Join(", ", all.Where(one => one.Length > 0));
        return said.Length == 0 ? "" : $" {said}";
    }

    private static string Copies(EngineStatus engine)
        => engine.DatasetMode == DatasetMode.None ? "" : engine.DatasetCopies > 1 ? ", dataset on each" : ", one dataset for all";
}
