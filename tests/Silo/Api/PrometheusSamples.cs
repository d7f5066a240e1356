using System.Globalization;
using System.Text;

namespace P2PMiner.Silo.Tests.Api;

/// <summary>Reads the text format 0.0.4, as strictly as its description.</summary>
internal static class PrometheusSamples
{
    /// <summary>Each sample by its name and its labels, in the order of their names.</summary>
    /// <exception cref="FormatException">A line is none, or a sample is there twice, or it has no type.</exception>
    public static IReadOnlyDictionary<string, double> Parse(string text)
    {
        var samples = new Dictionary<string, double>();
        var types = new Dictionary<string, string>();
        if (!text.EndsWith('\n'))
        {
            throw new FormatException("the last line has no end");
        }

        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                types.Add(line.Split(' ')[2], line.Split(' ')[3]);
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var (name, labels, value) = Sample(line);
                if (!types.ContainsKey(name))
                {
                    throw new FormatException($"{name} has no type");
                }

                samples.Add(name + string.Concat(labels.OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $" {label.Name}={label.Value}")), value);
            }
        }

        return samples;
    }

    public static IReadOnlySet<string> Names(string text)
        => text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToHashSet();

    private static (string Name, List<(string Name, string Value)> Labels, double Value) Sample(string line)
    {
        var at = line.IndexOfAny(['{', ' ']);
        var name = line[..at];
        List<(string, string)> labels = [];
        while (line[at] != ' ' && line[at] != '}')
        {
            var equals = line.IndexOf('=', at);
            var label = line[(at + 1)..equals];
            var value = new StringBuilder();
            for (at = equals + 2; line[at] != '"'; at++)
            {
                value.Append(line[at] != '\\' ? line[at] : line[++at] switch { 'n' => '\n', '"' => '"', '\\' => '\\', _ => throw new FormatException(line) });
            }

            labels.Add((label, value.ToString()));
            at++;
        }

        var number = line[(line[at] == '}' ? at + 2 : at + 1)..];
        return (name, labels, number switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(number, CultureInfo.InvariantCulture),
        });
    }
}
