using System.Globalization;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Tests.MachineTuning;

/// <summary>A file tree with the files of /proc and /sys that tuning reads and writes; it goes away with the test.</summary>
internal sealed class MadeUpMachine : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => _folder.Path;

    public string Place(string path) => MachineText.Place(Root, path);

    public MadeUpMachine With(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place(path))!);
        File.WriteAllText(Place(path), text + "\n");
        return this;
    }

    public string? Text(string path) => MachineText.Read(Root, path);

    public MadeUpMachine Without(string folder)
    {
        Directory.Delete(Place(folder), recursive: true);
        return this;
    }

    /// <summary>As the kernel writes it for each CPU of x86.</summary>
    public MadeUpMachine WithCpu(string vendor, int family, int model, string flags = "fpu aes pdpe1gb", int cpus = 2, string name = "Made-up CPU")
        => With("/proc/cpuinfo", string.Join("\n\n", Enumerable.Range(0, cpus).Select(cpu => string.Create(CultureInfo.InvariantCulture,
            $"processor\t: {cpu}\nvendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\nmodel name\t: {name}\nstepping\t: 1\nflags\t\t: {flags}"))));

    public MadeUpMachine WithMemory(long totalMegabytes, long availableMegabytes)
        => With("/proc/meminfo", $"MemTotal:       {totalMegabytes << 10} kB\nMemFree:        {availableMegabytes << 10} kB\n"
            + $"MemAvailable:   {availableMegabytes << 10} kB");

    /// <summary>Of the machine, or of one NUMA node.</summary>
    public MadeUpMachine WithPages(long pageBytes, long total, long free, int? numaNode = null)
    {
        var parent = numaNode is { } node ? $"/sys/devices/system/node/node{node}/hugepages" : "/sys/kernel/mm/hugepages";
        return With($"{parent}/hugepages-{pageBytes >> 10}kB/nr_hugepages", $"{total}").With($"{parent}/hugepages-{pageBytes >> 10}kB/free_hugepages", $"{free}");
    }

    public MadeUpMachine WithGovernor(int policy, string governor, string available = "performance powersave")
        => With($"/sys/devices/system/cpu/cpufreq/policy{policy}/scaling_governor", governor)
            .With($"/sys/devices/system/cpu/cpufreq/policy{policy}/scaling_available_governors", available + " ");

    /// <summary>Every file with its text, by path: two equal lists are two equal trees.</summary>
    public IReadOnlyList<string> Everything()
        => [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{file[Root.Length..]}: {File.ReadAllText(file).Trim()}")];

    public void Dispose() => _folder.Dispose();
}
