using System.Globalization;
using System.Runtime.InteropServices;
using P2PMiner.Native;

namespace P2PMiner.Silo.Api;

/// <summary>What the API tells of the machine, read from /proc when somebody asks. What cannot be read is zero.</summary>
/// <param name="Family">Of the processor, as the next two; 0 on others than x86.</param>
/// <param name="Packages">Processor sockets.</param>
internal sealed record MachineFacts(
    HostMemory Memory, long ResidentBytes, IReadOnlyList<double> LoadAverage, int LogicalCpus, int Family, int Model, int Stepping, int Packages,
    IReadOnlyList<string> Flags)
{
    /// <summary>As in the user agent of other miners.</summary>
    public static string Arch { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <param name="proc">/proc outside tests.</param>
    public static MachineFacts Read(string proc = "/proc")
    {
        var cpu = Lines(Path.Combine(proc, "cpuinfo"))
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).Where(pair => pair.Length == 2).ToList();
        var load = string.Concat(Lines(Path.Combine(proc, "loadavg"))).Split(' ').Take(3)
            .Select(text => double.TryParse(text, CultureInfo.InvariantCulture, out var average) ? average : 0).ToList();
        return new(
            HostMemory.Read(), Environment.WorkingSet, load.Count == 3 ? load : [0, 0, 0], Environment.ProcessorCount,
            Number("cpu family"), Number("model"), Number("stepping"),
            Math.Max(1, cpu.Where(pair => pair[0] == "physical id").Select(pair => pair[1]).Distinct().Count()),
            cpu.Find(pair => pair[0] is "flags" or "Features")?[1].Split(' ') ?? []);

        int Number(string name)
            => cpu.Find(pair => pair[0] == name) is { } pair && int.TryParse(pair[1], CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static IEnumerable<string> Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
