using System.Globalization;

namespace P2PMiner.Benchmarks;

/// <summary>What a list of measurements comes to.</summary>
internal static class Figures
{
    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value that <paramref name="percent"/> of all are not above.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, int percent) =>
        values.Order().ElementAt(Math.Min(values.Count - 1, values.Count * percent / 100));

    /// <summary>p50, p99 and the worst.</summary>
    public static string Spread(IReadOnlyCollection<double> milliseconds) => string.Create(CultureInfo.InvariantCulture,
        $"p50 {Median(milliseconds):F2} ms, p99 {Percentile(milliseconds, 99):F2} ms, worst {milliseconds.Max():F2} ms");
}
