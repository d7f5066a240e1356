using System.Globalization;
using System.Text.RegularExpressions;

namespace P2PMiner.Architecture.Tests;

/// <summary>How long a line of C# may be stands in .editorconfig, and nowhere else.</summary>
public sealed partial class LineLengthTests
{
    /// <summary>Text that was not worth breaking does not count.</summary>
    [Fact]
    public void Lines_OfAllSources_AreNoLongerThanTheEditorconfigSays()
    {
        var root = SourceTree.Read().Root;
        var longest = LongestOf(File.ReadAllText(Path.Combine(root, ".editorconfig")));
        var wrong = Directory.EnumerateDirectories(root).Where(folder => Path.GetFileName(folder) is not ("artifacts" or "bin" or "build"))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .SelectMany(path => File.ReadLines(path).Select((line, index) => (Where: $"{Path.GetRelativePath(root, path)}:{index + 1}", Line: line)))
            .Where(row => row.Line.Length > longest && Text().Replace(row.Line, "\"\"").Length > longest)
            .Select(row => row.Where).ToList();

        Assert.Empty(wrong);
    }

    private static int LongestOf(string editorconfig) =>
        int.Parse(LongestOfCSharp().Match(editorconfig).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\[\*\.cs\][^[]*?^max_line_length = (\d+)", RegexOptions.Multiline)]
    private static partial Regex LongestOfCSharp();

    [GeneratedRegex("\"\"\".*?\"\"\"|\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Text();
}
