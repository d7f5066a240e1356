using System.Globalization;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>The huge pages of one size that the kernel has set aside, on the whole machine or on one of its NUMA nodes.</summary>
/// <param name="Folder">Such as /sys/kernel/mm/hugepages/hugepages-2048kB.</param>
/// <param name="NumaNode">Null: on all of them.</param>
/// <param name="Total">Pages set aside.</param>
/// <param name="Free">Of those, not used by a program.</param>
internal sealed record HugePagePool(string Folder, long PageBytes, int? NumaNode, long Total, long Free)
{
    public const long HugeBytes = 2L << 20;
    public const long GiantBytes = 1L << 30;

    public long Used => Math.Max(0, Total - Free);

    /// <summary>Where the number of pages is read and written.</summary>
    public string CountFile => $"{Folder}/nr_hugepages";

    /// <summary>"2 MiB", "1 GB"</summary>
    public string SizeName => NameOf(PageBytes);

    public static string NameOf(long pageBytes) => pageBytes >= GiantBytes ? "1 GB" : "2 MiB";

    /// <param name="pageBytes"><see cref="HugeBytes"/> or <see cref="GiantBytes"/>.</param>
    /// <param name="root">Where /sys lies; "/" outside tests.</param>
    /// <returns>Null: this machine has no pages of that size.</returns>
    public static HugePagePool? OfMachine(long pageBytes, string root = "/") => ReadFolder(root, "/sys/kernel/mm/hugepages", pageBytes, numaNode: null);

    /// <summary>One for each NUMA node that has memory, by number; empty where the system does not tell.</summary>
    /// <inheritdoc cref="OfMachine"/>
    public static IReadOnlyList<HugePagePool> OfNumaNodes(long pageBytes, string root = "/")
        => [.. MachineText.Numbered(root, "/sys/devices/system/node", "node")
            .Select(node => ReadFolder(root, $"{node.Path}/hugepages", pageBytes, node.Number)).OfType<HugePagePool>()];

    private static HugePagePool? ReadFolder(string root, string parent, long pageBytes, int? numaNode)
    {
        var folder = $"{parent}/hugepages-{(pageBytes >> 10).ToString(CultureInfo.InvariantCulture)}kB";
        return MachineText.Number(root, $"{folder}/nr_hugepages") is { } total
            ? new(folder, pageBytes, numaNode, total, MachineText.Number(root, $"{folder}/free_hugepages") ?? total) : null;
    }
}
