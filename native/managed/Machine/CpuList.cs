using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace P2PMiner.Native;

/// <summary>Lists of CPU numbers as Linux writes them: "0-3,8".</summary>
internal static class CpuList
{
    public const int MaxCpu = 8191;

    /// <summary>Reads a list in its order, repetitions kept out. An empty or null text is an empty list.</summary>
    public static bool TryParse(string? text, out IReadOnlyList<int> cpus, [NotNullWhen(false)] out string? error)
    {
        error = null;
        var found = new List<int>();
        cpus = found;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryParseCpu(ends[0], out var first) || !TryParseCpu(ends[^1], out var last))
            {
                error = $"\"{part}\" is neither a CPU (0..{MaxCpu}) nor a range such as 0-3";
                return false;
            }

            if (last < first)
            {
                error = $"\"{part}\" runs backwards";
                return false;
            }

            found.AddRange(Enumerable.Range(first, last - first + 1).Except(found));
        }

        return true;
    }

    /// <summary>As Linux writes it: "0-3,8".</summary>
    /// <param name="cpus">In order.</param>
    public static string Format(IReadOnlyList<int> cpus)
    {
        var runs = new List<(int First, int Last)>();
        foreach (var cpu in cpus)
        {
            if (runs.Count > 0 && runs[^1].Last + 1 == cpu)
            {
                runs[^1] = (runs[^1].First, cpu);
            }
            else
            {
                runs.Add((cpu, cpu));
            }
        }

        return string.Join(',', runs.Select(run => string.Create(
            CultureInfo.InvariantCulture, $"{run.First}{(run.Last == run.First ? "" : $"-{run.Last}")}")));
    }

    private static bool TryParseCpu(string text, out int cpu)
        => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu <= MaxCpu;
}
